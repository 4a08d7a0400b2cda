// From frames to pictures: one drawing at a time, the fast charts on each frame, the others in turn.

import { decode } from "./frame.js";
import { Chart } from "./chart.js";

// The charts that take turns get one turn a frame, and more only when no frame has come for so many milliseconds: on a
// slow machine they would otherwise hold up the fast ones.
const LULL = 70;
// While charts are put up: how long the next frame may take to come before another one is. What is there moves first.
const GRACE = 40;
// The page around the board goes first: how long a frame waits for it, and what a turn of an idle page takes at most.
const COURTESY = 200;
const IDLE = 2;

export class Painter {
  /** `on` has describe(header), acknowledge(seq) and resync(). */
  constructor(Plotly, grid, counters, on) {
    Object.assign(this, { Plotly, grid, counters, on, charts: new Map(), order: [], waiting: [], turn: 0 });
  }

  /** Takes the charts of a generation; they are put up one a turn, the fast ones first. `look()` says how. */
  show({ generation, charts: specs }, look) {
    this.look = look;
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
    large.forEach((spec, i) => this.order[i].prepare(spec, generation));
    this.waiting = [...this.order].sort((a, b) => b.spec.every_frame - a.spec.every_frame);
    this.wake();
  }

  forget() {
    this.generation = this.pending = null;
  }

  receive(buffer) {
    try {
      const { header, arrays } = decode(buffer);
      const wanted = this.order.reduce((sum, chart) => sum + chart.sent.length, 0);
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
      return [chart, arrays.slice(start, (start += chart.sent.length))];
    });
  }

  wake() {
    clearTimeout(this.later);
    if (this.drawing || this.stopped) return;
    this.drawing = true;
    this.oneTurn().finally(() => {
      this.drawing = false;
      if (this.pending || (this.waiting.length && !this.held)) this.wake();
      else if (this.waiting.length) this.later = setTimeout(() => this.wake(), GRACE);
      else if (this.order.some((chart) => chart.dirty)) this.later = setTimeout(() => this.wake(), LULL);
    });
  }

  async oneTurn() {
    await letThePageGoFirst();
    await new Promise(requestAnimationFrame);
    await this.tick();
  }

  async tick() {
    if (this.stopped) return;
    const frame = this.pending;
    this.pending = null;
    const current = frame?.header.generation === this.generation;
    if (current) {
      const { append_from: from, step } = frame.header;
      for (const [chart, arrays] of frame.shares) chart.take(arrays, from, step < this.counters.lastHeader?.step);
      this.on.describe(frame.header);
    }
    try {
      // Between two charts that are put up the next frame is drawn.
      const show = this.waiting.length > 0 && !(frame && this.held);
      if (show) await this.showNext();
      if (frame) this.moving = frame.header.status === "running";
      this.held = show && this.moving;
      for (const chart of this.order) if (current && chart.spec.every_frame) await this.draw(chart);
      await this.drawNext();
    } finally {
      if (frame) this.acknowledge(frame.header); // even if a chart failed: the others go on
    }
  }

  acknowledge(header) {
    this.counters.frames += 1;
    this.counters.lastHeader = header;
    this.on.acknowledge(header.seq);
  }

  async showNext() {
    const chart = this.waiting.shift();
    await chart.show(...this.look());
    if (chart.draws) this.counters.draws[chart.key] = chart.draws;
    if (!this.waiting.length) this.counters.generation = this.generation;
  }

  /** One of the charts that take turns. */
  async drawNext() {
    for (let i = 0; i < this.order.length; i++) {
      this.turn = (this.turn + 1) % this.order.length;
      if (await this.draw(this.order[this.turn])) return;
    }
  }

  async draw(chart) {
    if (!chart.dirty || !chart.shown) return false;
    await chart.draw();
    this.counters.draws[chart.key] = chart.draws;
    return true;
  }

  stop() {
    this.stopped = true;
    clearTimeout(this.later);
    this.charts.forEach((chart) => chart.remove());
  }
}

/** Streamlit shows controls in slices of some 5 ms, one task each: frames in a row would hold them up for seconds. */
async function letThePageGoFirst() {
  const end = performance.now() + COURTESY;
  for (let now = performance.now(), before; ; ) {
    before = now;
    await new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = resolve;
      port2.postMessage(null);
    });
    now = performance.now();
    if (now - before < IDLE || now > end) return;
  }
}
