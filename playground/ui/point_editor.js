// Points of two classes that a learner drags about, adds and takes away.

const SIDE = 300;
const REACH = 3;
const STEP = 0.1;
const MOST = 60;
const NAMESPACE = "http://www.w3.org/2000/svg";

const place = (value) => ((value + REACH) / (2 * REACH)) * SIDE;
const value = (pixel) => Math.round(((pixel / SIDE) * 2 * REACH - REACH) * 100) / 100;
const inside = (number) => Math.min(REACH, Math.max(-REACH, number));

export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".points") ?? build(parentElement);
  const editor = root.editor;
  editor.tell = () => {
    const points = editor.points.map((point) => [...point]);
    if (JSON.stringify(points) !== editor.told) setStateValue("points", points);
    editor.told = JSON.stringify(points);
  };
  // What comes back from Python is what was sent, unless a preset, a link or a file has replaced it.
  if (editor.epoch !== data.epoch) {
    editor.epoch = data.epoch;
    editor.points = data.points.map((point) => [...point]);
    editor.told = JSON.stringify(editor.points);
    draw(editor);
  }
}

function build(parent) {
  const root = parent.appendChild(document.createElement("div"));
  root.className = "points";
  root.innerHTML = `<div class="bar" role="group" aria-label="Class of new points">
      <button type="button" data-label="0" aria-pressed="true">○ class 0</button>
      <button type="button" data-label="1" aria-pressed="false">● class 1</button>
      <span></span></div>
    <svg viewBox="0 0 ${SIDE} ${SIDE}" role="application" aria-label="Points: drag, or use the arrow keys; Delete removes">
      <line x1="0" x2="${SIDE}" y1="${SIDE / 2}" y2="${SIDE / 2}"/><line y1="0" y2="${SIDE}" x1="${SIDE / 2}" x2="${SIDE / 2}"/>
    </svg>
    <p>Click to add, drag to move, double-click or Delete to remove.</p>`;
  const editor = { svg: root.querySelector("svg"), count: root.querySelector("span"), label: 0, points: [] };
  root.editor = editor;
  for (const button of root.querySelectorAll("button")) {
    button.onclick = () => {
      editor.label = Number(button.dataset.label);
      for (const other of root.querySelectorAll("button")) other.setAttribute("aria-pressed", other === button);
    };
  }
  editor.svg.addEventListener("pointerdown", (event) => {
    if (event.target.tagName === "circle" || editor.points.length >= MOST) return;
    editor.points.push([...at(editor.svg, event), editor.label]);
    draw(editor);
    editor.tell();
  });
  return root;
}

function at(svg, event) {
  const box = svg.getBoundingClientRect();
  const x = value(((event.clientX - box.left) / box.width) * SIDE);
  const y = value(((event.clientY - box.top) / box.height) * SIDE);
  return [inside(x), inside(-y)];
}

function draw(editor, focus) {
  editor.svg.querySelectorAll("circle").forEach((circle) => circle.remove());
  editor.points.forEach((point, index) => editor.svg.append(circleOf(editor, point, index)));
  editor.count.textContent = `${editor.points.length} of at most ${MOST}`;
  if (focus !== undefined) editor.svg.querySelectorAll("circle")[focus]?.focus();
}

function circleOf(editor, point, index) {
  const circle = document.createElementNS(NAMESPACE, "circle");
  const move = () => {
    circle.setAttribute("cx", place(point[0]));
    circle.setAttribute("cy", place(-point[1]));
    circle.setAttribute("aria-label", `class ${point[2]} at ${point[0]}, ${point[1]}`);
  };
  circle.setAttribute("r", 7);
  circle.setAttribute("tabindex", 0);
  circle.setAttribute("role", "button");
  circle.setAttribute("class", point[2] ? "one" : "zero");
  move();
  circle.addEventListener("pointerdown", (event) => {
    circle.setPointerCapture(event.pointerId);
    circle.dragged = true;
  });
  circle.addEventListener("pointermove", (event) => {
    if (!circle.dragged) return;
    [point[0], point[1]] = at(editor.svg, event);
    move();
  });
  // Also when a finger leaves the screen or the browser takes the gesture over.
  circle.addEventListener("lostpointercapture", () => {
    circle.dragged = false;
    editor.tell();
  });
  circle.addEventListener("dblclick", () => remove(editor, index));
  circle.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, STEP], ArrowDown: [0, -STEP] }[event.key];
    if (event.key === "Delete" || event.key === "Backspace") return remove(editor, index);
    if (!by) return;
    event.preventDefault();
    event.stopPropagation(); // the page's own shortcuts use the arrows
    point[0] = inside(Math.round((point[0] + by[0]) * 100) / 100);
    point[1] = inside(Math.round((point[1] + by[1]) * 100) / 100);
    move();
    editor.tell();
  });
  return circle;
}

function remove(editor, index) {
  if (editor.points.length <= 2) return;
  editor.points.splice(index, 1);
  draw(editor, Math.max(0, index - 1));
  editor.tell();
}
