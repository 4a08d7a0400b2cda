// One chart: a card, its plot, and the arrays that feed it.

import { Series } from "./frame.js";
import { dress } from "./theme.js";
import { Axes } from "./axes.js";

const CONFIG = { displayModeBar: false, doubleClick: false, responsive: false, showTips: false };

/** Opens the page of ours whose address a point carries as its `customdata`. */
function follow(address) {
  if (typeof address === "string" && address.startsWith("./?")) window.open(address, "_blank", "noopener");
}

/** Sets what is at a path such as "marker.color", without touching what others hold of it. */
function put(target, path, value) {
  const [name, ...rest] = path.split(".");
  if (!rest.length) target[name] = value;
  else put((target[name] = { ...target[name] }), rest.join("."), value);
}

/** The names of all axes of a layout. */
function axesOf(layout) {
  return Object.keys(layout).filter((key) => /^[xy]axis\d*$/.test(key));
}

export class Chart {
  constructor(Plotly, spec) {
    this.Plotly = Plotly;
    this.key = spec.key;
    this.draws = 0;
    this.card = document.createElement("section");
    this.card.className = "pg-card";
    this.card.innerHTML = `<header><h3></h3><button type="button" class="pg-unzoom" hidden>Reset zoom</button></header>
      <div class="pg-plot"></div><p class="pg-caption"></p>`;
    [this.heading, this.unzoomButton] = this.card.querySelectorAll("h3, button");
    this.plot = this.card.querySelector(".pg-plot");
    this.caption = this.card.querySelector(".pg-caption");
    this.unzoomButton.onclick = () => this.unzoom();
    this.observer = new ResizeObserver(() => this.resize());
  }

  /** Gets ready for the frames of a generation. What was drawn before stays until `show`. */
  prepare(spec, generation) {
    this.spec = spec;
    this.series = []; // by binding; some share one
    for (const { mode, like } of spec.bindings) this.series.push(this.series[like] ?? new Series(mode));
    this.sent = [...new Set(this.series)]; // in the order of a frame's arrays
    this.dirty = this.seen = this.shown = false;
    this.card.classList.toggle("pg-dominant", spec.dominant);
    this.card.dataset.chart = spec.key;
    this.heading.textContent = spec.title;
    this.plot.setAttribute("role", "img");
    this.plot.setAttribute("aria-label", spec.alt);
    this.layout = { ...spec.figure.layout, uirevision: `${generation}` };
    this.axes = new Axes(this.layout, spec.figure.data);
    this.bound = new Map(spec.bindings.map((b, i) => [`${b.trace} ${b.attribute}`, i]));
    this.traces = [...new Set(spec.bindings.map((binding) => binding.trace))].sort((a, b) => a - b);
  }

  /** Draws the figure afresh, with what frames have brought; legend groups that the learner has hidden stay hidden. */
  async show(theme, narrow, hidden) {
    this.unzoomButton.hidden = true;
    const data = this.spec.figure.data.map((trace) => ({ ...trace, visible: this.visibility(trace, hidden) }));
    const layout = dress(this.layout, theme, narrow);
    if (this.dirty) this.fill(data, layout);
    // Plotly draws the lines of an axis that comes or goes before it knows where: such a figure is begun anew.
    if (this.plot.layout && `${axesOf(this.plot.layout)}` !== `${axesOf(layout)}`) this.Plotly.purge(this.plot);
    const fresh = !this.plot.data;
    await this.Plotly.react(this.plot, data, layout, CONFIG);
    this.shown = true;
    if (!fresh) return;
    this.plot.on("plotly_relayout", (change) => this.noteZoom(change));
    this.plot.on("plotly_doubleclick", () => this.unzoom());
    this.plot.on("plotly_click", ({ points }) => follow(points[0]?.customdata));
    this.observer.observe(this.plot);
  }

  visibility(trace, hidden) {
    if (trace.visible === false) return false;
    return hidden.has(trace.legendgroup) ? "legendonly" : true;
  }

  accepts(from) {
    return this.sent.every((series) => series.accepts(from));
  }

  /** Takes this chart's arrays of a frame. `from` is 0 when curves come whole: thinned out, or of a run that was reset. */
  take(arrays, from, reset) {
    this.sent.forEach((series, i) => {
      if (series.take(arrays[i], from)) this.dirty = true;
    });
    if (reset && this.seen) this.axes.restart();
  }

  /** How many points the curves have by now. */
  get points() {
    return Math.max(0, ...this.sent.filter((series) => series.append).map((series) => series.length));
  }

  /** How a growing curve is drawn, undefined for all other traces: one point is no line, but a dot. */
  mode(trace) {
    const grows = this.series[this.bound.get(`${trace} y`)]?.append;
    if (!grows || this.spec.figure.data[trace].mode !== "lines") return undefined;
    return this.points === 1 ? "lines+markers" : "lines";
  }

  /** Puts the arrays into a figure that is about to be drawn: drawing it empty first would take as long again. */
  fill(data, layout) {
    this.dirty = false;
    this.seen = true;
    this.spec.bindings.forEach(({ trace, attribute }, i) => {
      put(data[trace], attribute, this.shaped(trace, attribute, this.series[i].values));
    });
    this.dots = this.points === 1;
    for (const trace of this.traces) data[trace].mode = this.mode(trace) ?? data[trace].mode;
    const ranges = this.axes.widen((trace, direction) => this.numbers(trace, direction, data));
    for (const [path, range] of Object.entries(ranges)) put(layout, path, range);
    this.draws += 1;
  }

  /** Puts the arrays on screen, in one call. */
  async draw() {
    this.dirty = false;
    this.seen = true;
    const update = {};
    this.spec.bindings.forEach(({ trace, attribute }, i) => {
      update[attribute] ??= new Array(this.traces.length);
      update[attribute][this.traces.indexOf(trace)] = this.shaped(trace, attribute, this.series[i].values);
    });
    if (this.dots !== (this.points === 1)) update.mode = this.traces.map((trace) => this.mode(trace));
    this.dots = this.points === 1;
    const ranges = this.axes.widen((trace, direction) => this.numbers(trace, direction));
    if (Object.keys(ranges).length) await this.Plotly.update(this.plot, update, ranges, this.traces);
    else await this.Plotly.restyle(this.plot, update, this.traces);
    this.draws += 1;
  }

  shaped(trace, attribute, values) {
    if (attribute === "text") return Array.from(values, (value) => value.toPrecision(3));
    if (attribute !== "z") return values;
    const width = this.numbers(trace, "x")?.length || values.length;
    return Array.from({ length: Math.floor(values.length / width) }, (_, row) =>
      values.subarray(row * width, (row + 1) * width),
    );
  }

  /** The numbers of a trace along "x" or "y": what frames brought, or what the figure came with. */
  numbers(trace, direction, data = this.plot._fullData) {
    const index = this.bound.get(`${trace} ${direction}`);
    return index === undefined ? data?.[trace]?.[direction] : this.series[index].values;
  }

  say(text) {
    if (this.caption.textContent !== text) this.caption.textContent = text;
  }

  hide(hidden) {
    if (!this.shown) return;
    const visible = this.spec.figure.data.map((trace) => this.visibility(trace, hidden));
    this.Plotly.restyle(this.plot, { visible });
  }

  retheme(theme, narrow) {
    if (!this.shown) return;
    const layout = dress(this.layout, theme, narrow);
    const changes = { paper_bgcolor: layout.paper_bgcolor, font: layout.font, hoverlabel: layout.hoverlabel };
    changes.dragmode = layout.dragmode;
    for (const name of axesOf(layout)) {
      for (const part of ["color", "gridcolor", "linecolor", "zerolinecolor", "tickfont"]) {
        changes[`${name}.${part}`] = layout[name][part];
      }
      if (layout[name].title) changes[`${name}.title.font.color`] = theme.muted;
    }
    this.Plotly.relayout(this.plot, changes);
  }

  noteZoom(change) {
    this.axes.note(change);
    this.unzoomButton.hidden = this.axes.zoomed.size === 0;
  }

  unzoom() {
    const changes = this.axes.release();
    this.unzoomButton.hidden = true;
    // Not a zoom of the learner's: the event that follows must not be taken for one.
    if (Object.keys(changes).length) this.Plotly.update(this.plot, {}, changes);
  }

  resize() {
    const { clientWidth, clientHeight } = this.plot;
    const size = `${clientWidth} ${clientHeight}`;
    if (!clientWidth || !clientHeight || size === this.size) return;
    this.size = size;
    this.Plotly.Plots.resize(this.plot);
  }

  /** Saves a picture on a solid ground, at twice the size on screen. */
  picture(format, background, name) {
    const { clientWidth: width, clientHeight: height } = this.plot;
    const layout = { ...this.plot.layout, paper_bgcolor: background, title: { text: this.spec.title } };
    layout.margin = { ...layout.margin, t: 56 };
    layout.showlegend = true;
    const figure = { data: this.plot.data, layout };
    return this.Plotly.downloadImage(figure, { format, width, height, scale: 2, filename: `${name}-${this.key}` });
  }

  remove() {
    this.observer.disconnect();
    this.Plotly.purge(this.plot);
    this.card.remove();
  }
}
