// The strip on top: what the run does, and the learner's hands on it.

import { Rate, spaced } from "./rate.js";

const ICONS = {
  reset: '<path d="M5 4v5h5"/><path d="M5.6 9A7.5 7.5 0 1 1 4.5 13"/>',
  play: '<path d="M8 5.2v13.6L19 12z" fill="currentColor"/>',
  pause: '<path d="M8 5.5v13M16 5.5v13" stroke-width="3.4"/>',
  step: '<path d="M6 5.5v13L15 12z" fill="currentColor"/><path d="M18.5 5.5v13" stroke-width="2.6"/>',
  dice:
    '<rect x="4" y="4" width="16" height="16" rx="3.5"/><g fill="currentColor" stroke="none"><circle cx="8.6" cy="8.6" r="1.5"/>' +
    '<circle cx="15.4" cy="8.6" r="1.5"/><circle cx="12" cy="12" r="1.5"/><circle cx="8.6" cy="15.4" r="1.5"/><circle cx="15.4" cy="15.4" r="1.5"/></g>',
  share: '<path d="M10 14a4 4 0 0 0 5.7 0l3-3A4 4 0 0 0 13 5.3l-1 1"/><path d="M14 10a4 4 0 0 0-5.7 0l-3 3A4 4 0 0 0 11 18.7l1-1"/>',
  export: '<path d="M12 4v11m0 0 4-4m-4 4-4-4"/><path d="M5 19h14"/>',
};
const SPEEDS = [
  [2, "slow", "Slow motion: 2 steps a second"],
  [10, "10", "10 steps a second"],
  [60, "60", "60 steps a second"],
  [300, "300", "300 steps a second"],
  ["max", "max", "As fast as it goes"],
];
const WORDS = { running: "running", paused: "paused", diverged: "stopped", finished: "done", ended: "finished" };
// What the learner has just asked for stays on screen until the run says the same, at most this long.
const TRUST = 1500;

const icon = (name) => `<svg viewBox="0 0 24 24" aria-hidden="true">${ICONS[name]}</svg>`;
const button = (name, label, text = "") =>
  `<button type="button" data-do="${name}" aria-label="${label}" title="${label}">${icon(name)}${text}</button>`;

export class Transport {
  /** `act(name, value)` carries out what is pressed. */
  constructor(act) {
    this.act = act;
    this.status = "paused";
    this.held = {};
    this.element = document.createElement("div");
    this.element.className = "pg-strip";
    this.element.setAttribute("role", "toolbar");
    this.element.setAttribute("aria-label", "Run");
    this.element.innerHTML = `
      <div class="pg-group pg-hands">${button("reset", "Reset to the same seed (R)")}
        ${button("play", "Play (space)")}${button("step", "One step (right arrow)")}</div>
      <div class="pg-group pg-count"><span class="pg-step"><small>step</small> <b>0</b></span>
        <span><span class="pg-status" role="status">connecting…</span><span class="pg-rate"></span></span></div>
      <div class="pg-group pg-speed" role="group" aria-label="Speed">
        <span class="pg-label">steps/s</span><span class="pg-segments">${SPEEDS.map(
          ([value, text, label]) =>
            `<button type="button" data-speed="${value}" aria-label="${label}" title="${label}" aria-pressed="false">${text}</button>`,
        ).join("")}</span></div>
      <div class="pg-group pg-seed"><span class="pg-label">seed</span> <b>–</b>${button("dice", "New seed")}</div>
      <div class="pg-group pg-out">${button("share", "Copy a link to this page", "<span>Share</span>")}
        <details class="pg-export"><summary aria-label="Export" title="Export">${icon("export")}<span>Export</span></summary>
        <div class="pg-menu"></div></details></div>
      <span class="pg-note" role="status"></span>`;
    const find = (selector) => this.element.querySelector(selector);
    this.play = find("[data-do=play]");
    this.step = find(".pg-step b");
    this.words = find(".pg-status");
    // Beside the status and not in it: a screen reader would read each new number out.
    this.rateWords = find(".pg-rate");
    this.rate = new Rate();
    this.seed = find(".pg-seed b");
    this.note = find(".pg-note");
    this.details = find("details");
    this.menu = find(".pg-menu");
    this.element.addEventListener("click", (event) => this.click(event));
  }

  click(event) {
    const pressed = event.target.closest("button, a");
    if (!pressed) return;
    const { do: name, speed, picture, file } = pressed.dataset;
    if (name === "play") this.toggle();
    else if (speed) this.setSpeed(speed === "max" ? "max" : Number(speed));
    else if (picture) this.act("picture", { key: pressed.dataset.chart, format: picture });
    else if (file) this.act("file", { kind: file, event });
    else if (name) this.act(name);
    if (picture || file) this.details.open = false;
    // After a click with the mouse, space goes back to play and pause.
    if (event.detail) pressed.blur();
  }

  toggle() {
    const wanted = this.status === "running" ? "paused" : "running";
    this.hold("status", wanted);
    this.showStatus(wanted);
    this.act(wanted === "running" ? "play" : "pause");
  }

  setSpeed(speed) {
    this.hold("speed", speed);
    this.showSpeed(speed);
    this.act("speed", speed);
  }

  hold(name, value) {
    this.held[name] = { value, until: performance.now() + TRUST };
  }

  /** The run's word on `name`, or the learner's while that is fresh and the run has not caught up. */
  settle(name, value) {
    const held = this.held[name];
    const final = value === "diverged" || value === "finished";
    if (!held || held.value === value || final || performance.now() > held.until) {
      delete this.held[name];
      return value;
    }
    return held.value;
  }

  /** Shows a frame's header. */
  update(header) {
    this.showStep(header.step, header.total);
    this.cold = header.cold;
    this.showStatus(this.settle("status", header.status));
    this.showSpeed(this.settle("speed", header.speed));
    const rate = this.rate.after(header);
    this.showRate(this.status === "running" && !this.connection ? rate : "");
    this.showSeed(header.seed);
    if (header.note !== undefined) this.say(header.note ?? "");
  }

  /** How many steps are done, and of how many where there is a last one. */
  showStep(step, total) {
    write(this.step, total ? `${spaced(step ?? 0)} of ${spaced(total)}` : spaced(step ?? 0));
  }

  showSeed(seed) {
    if (seed !== undefined && seed !== null) write(this.seed, String(seed));
  }

  showStatus(status) {
    this.status = status;
    const waits = status === "running" && this.cold;
    write(this.words, this.connection || (waits ? "compiling…" : (WORDS[status] ?? status)));
    if (status !== "running") this.showRate("");
    const look = status === "running" ? "pause" : "play";
    this.element.dataset.status = status;
    if (this.play.dataset.look === look) return;
    this.play.dataset.look = look;
    this.play.innerHTML = icon(look);
    this.play.title = look === "pause" ? "Pause (space)" : "Play (space)";
    this.play.setAttribute("aria-label", this.play.title);
  }

  /** How many steps a second it does, where that is not what was asked for. */
  showRate(rate) {
    write(this.rateWords, rate && `, ${rate}`);
    const missed = "Steps a second it does: this machine, or the many who use it now, allow no more";
    this.rateWords.title = rate && this.speed !== "max" ? missed : "Steps a second";
  }

  /** What is wrong with the connection, or "" where nothing is. */
  showConnection(words) {
    this.connection = words;
    this.element.classList.toggle("pg-adrift", Boolean(words));
    if (words) this.showRate("");
    this.showStatus(this.status);
  }

  showSpeed(speed) {
    if (this.speed === speed) return;
    this.speed = speed;
    for (const segment of this.element.querySelectorAll("[data-speed]")) {
      segment.setAttribute("aria-pressed", String(segment.dataset.speed === String(speed)));
    }
  }

  say(text) {
    write(this.note, text);
  }

  /** Fills the export menu; `exports` are words by kind, `link(kind)` is the address of a file, or null where it comes another way. */
  offer(charts, exports, link) {
    const file = (kind, text) =>
      link(kind)
        ? `<a href="${link(kind)}" download data-file="${kind}">${text}</a>`
        : `<button type="button" data-file="${kind}">${text}</button>`;
    const files = Object.entries(exports).map(([kind, text]) => file(kind, text));
    this.menu.innerHTML = `${files.join("")}<hr>`;
    for (const { key, title } of charts) {
      const row = document.createElement("div");
      row.innerHTML = "<span></span>";
      row.firstChild.textContent = title;
      for (const format of ["png", "svg"]) {
        const choice = document.createElement("button");
        Object.assign(choice, { type: "button", textContent: format.toUpperCase() });
        Object.assign(choice.dataset, { picture: format, chart: key });
        choice.setAttribute("aria-label", `${title} as ${format.toUpperCase()}`);
        row.append(choice);
      }
      this.menu.append(row);
    }
  }
}

function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
