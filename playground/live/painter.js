// From frames to pictures: one drawing at a time, the fast charts on each frame, the others in turn.

import { decode } from "./frame.js";
import { Chart } from "./chart.js";

export class Painter {
  /** `on` has describe(header), acknowledge(seq) and resync(). */
  constructor(Plotly, grid, counters, on) {
    Object.assign(this, { Plotly, grid, counters, on, charts: new Map(), order: [], turn: 0 });
  }

  /** Puts up the charts of a generation. Frames that come meanwhile wait for it. */
  show({ generation, charts: specs }, theme, narrow, hidden) {
    this.generation = generation;
    this.pending = null;
    this.sentOrder = specs.map((spec) => spec.key);
    for (const [key, chart] of this.charts) {
      if (this.sentOrder.includes(key)) continue;
      chart.remove();
      this.charts.delete(key);
    }
    const large = [...specs].sort((a, b) => b.dominant - a.dominant);
    const others = specs.filter((spec) => !spec.dominant).length;
    this.grid.dataset.others = String(others);
    this.grid.style.setProperty("--pg-rows", String(Math.max(1, others > 2 ? Math.ceil(others / 2) : others)));
    for (const spec of large) {
      if (!this.charts.has(spec.key)) this.charts.set(spec.key, new Chart(this.Plotly, spec));
      this.grid.append(this.charts.get(spec.key).card);
    }
    this.order = large.map((spec) => this.charts.get(spec.key));
    this.showing = Promise.all(large.map((spec, i) => this.order[i].show(spec, generation, theme, narrow, hidden)));
    this.showing.then(() => {
      this.counters.generation = generation;
    });
  }

  forget() {
    this.generation = this.pending = null;
  }

  receive(buffer) {
    try {
      const { header, arrays } = decode(buffer);
      const wanted = this.order.reduce((sum, chart) => sum + chart.spec.bindings.length, 0);
      if (header.generation !== this.generation || arrays.length !== wanted) throw new Error("not for these charts");
      if (!this.order.every((chart) => chart.accepts(header.append_from))) throw new Error("a hole in the curves");
      this.pending = { header, shares: this.deal(arrays) };
    } catch {
      this.counters.malformed += 1;
      this.on.resync();
      return;
    }
    this.wake();
  }

  /** Splits a frame's arrays, which come in the order in which the charts were sent. */
  deal(arrays) {
    let start = 0;
    return this.sentOrder.map((key) => {
      const chart = this.charts.get(key);
      return [chart, arrays.slice(start, (start += chart.spec.bindings.length))];
    });
  }

  wake() {
    if (this.drawing || this.stopped) return;
    this.drawing = true;
    requestAnimationFrame(() =>
      this.tick().finally(() => {
        this.drawing = false;
        if (this.pending || this.order.some((chart) => chart.dirty)) this.wake();
      }),
    );
  }

  async tick() {
    await this.showing;
    const frame = this.pending;
    this.pending = null;
    if (this.stopped) return;
    if (frame && frame.header.generation === this.generation) {
      for (const [chart, arrays] of frame.shares) chart.take(arrays, frame.header.append_from);
      this.on.describe(frame.header);
      for (const chart of this.order) if (chart.spec.every_frame && chart.dirty) await this.draw(chart);
    }
    await this.drawNext();
    if (!frame) return;
    this.counters.frames += 1;
    this.counters.lastHeader = frame.header;
    this.on.acknowledge(frame.header.seq);
  }

  /** One of the charts that take turns. */
  async drawNext() {
    for (let i = 0; i < this.order.length; i++) {
      this.turn = (this.turn + 1) % this.order.length;
      if (this.order[this.turn].dirty) return this.draw(this.order[this.turn]);
    }
  }

  async draw(chart) {
    await chart.draw();
    this.counters.draws[chart.key] = chart.draws;
  }

  stop() {
    this.stopped = true;
    this.charts.forEach((chart) => chart.remove());
  }
}
