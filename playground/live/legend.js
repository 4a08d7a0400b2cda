// One legend for all charts: a chip a group, with its colour, its dash and its name.

const DASHES = { solid: "", dot: "1.5 3", dash: "6 4", longdash: "10 4", dashdot: "7 3 1.5 3", longdashdot: "11 3 1.5 3" };

/** The groups of all figures, in the order in which they first appear: [{group, name, colour, dash, shape}]. */
export function groupsOf(specs) {
  const groups = new Map();
  for (const trace of specs.flatMap((spec) => spec.figure.data)) {
    const group = trace.legendgroup;
    if (!group || !trace.name || trace.showlegend === false || groups.has(group)) continue;
    const markers = trace.mode === "markers" || (!trace.mode && trace.type && trace.type !== "scatter");
    const single = [trace.line?.color, trace.marker?.color, trace.fillcolor].find((c) => typeof c === "string");
    const colour = (markers && typeof trace.marker?.color === "string" && trace.marker.color) || single;
    groups.set(group, { group, name: trace.legendgrouptitle?.text || trace.name, colour, dash: trace.line?.dash ?? "solid", markers });
  }
  return [...groups.values()];
}

function sample({ colour = "currentColor", dash, markers }) {
  const mark = markers
    ? `<circle cx="13" cy="6" r="4" fill="${colour}"/>`
    : `<line x1="1" y1="6" x2="25" y2="6" stroke="${colour}" stroke-width="2.5" stroke-dasharray="${DASHES[dash] ?? dash}"/>`;
  return `<svg width="26" height="12" aria-hidden="true">${mark}</svg>`;
}

export class Legend {
  constructor(onChange) {
    this.element = document.createElement("div");
    this.element.className = "pg-legend";
    this.element.setAttribute("role", "group");
    this.element.setAttribute("aria-label", "Legend: press a name to hide or show it in all charts");
    this.hidden = new Set();
    this.onChange = onChange;
  }

  show(specs) {
    this.element.replaceChildren(...groupsOf(specs).map((entry) => this.chip(entry)));
  }

  chip(entry) {
    const chip = document.createElement("button");
    chip.type = "button";
    chip.dataset.group = entry.group;
    chip.innerHTML = sample(entry);
    chip.append(entry.name);
    chip.setAttribute("aria-pressed", String(!this.hidden.has(entry.group)));
    chip.onclick = (event) => {
      if (!this.hidden.delete(entry.group)) this.hidden.add(entry.group);
      chip.setAttribute("aria-pressed", String(!this.hidden.has(entry.group)));
      if (event.detail) chip.blur();
      this.onChange();
    };
    return chip;
  }
}
