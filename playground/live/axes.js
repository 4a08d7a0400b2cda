// Axes that only ever widen (or narrow seldom), and leave the learner's own zoom alone.

const SLACK = 0.06; // beyond the data at first
const SMALL = 0.5; // the part of a following axis below which its data are lost in it
const PATIENCE = 5000; // milliseconds that are looked back upon to be sure of that,
const WITNESSES = 6; // and draws at least
const STRIDE = 0.2; // beyond the data when it has outgrown the range, so that ranges move seldom

export class Axes {
  /** `layout` is the figure's; `layout.meta.expand` names the axes to manage. */
  constructor(layout, traces) {
    this.layout = layout;
    this.managed = new Map();
    const follow = layout.meta?.follow ?? [];
    for (const name of [...(layout.meta?.expand ?? []), ...follow]) {
      const direction = name[0];
      const id = direction + name.slice(5);
      const own = traces.flatMap((trace, i) => ((trace[`${direction}axis`] ?? direction) === id ? [i] : []));
      const range = layout[name]?.range?.every(Number.isFinite) ? [...layout[name].range] : null;
      const log = layout[name]?.type === "log";
      this.managed.set(name, { direction, traces: own, range, log, first: range, follow: follow.includes(name), seen: null });
    }
    this.zoomed = new Set();
  }

  /** Widens ranges to the data; `read(trace, direction)` gives a trace's numbers. Returns what relayout needs. */
  widen(read) {
    const changes = {};
    for (const [name, axis] of this.managed) {
      const extent = extentOf(axis, read);
      if (!extent) continue;
      const seen = axis.follow ? lately(axis, extent) : null;
      const lost = seen && axis.range && seen[1] - seen[0] < SMALL * (axis.range[1] - axis.range[0]);
      const range = lost ? fit(null, seen, axis.log) : fit(axis.range, extent, axis.log);
      if (range === axis.range) continue;
      axis.range = range;
      if (!this.zoomed.has(name)) changes[`${name}.range`] = [...range];
    }
    return changes;
  }

  /** Starts over: the next `widen` fits the data that is there. */
  restart() {
    for (const axis of this.managed.values()) Object.assign(axis, { range: axis.first && [...axis.first], seen: null });
  }

  /** Notes which axes the learner has taken over; `change` is what Plotly's relayout event says. */
  note(change) {
    for (const key of Object.keys(change)) {
      const name = /^([xy]axis\d*)\.range/.exec(key)?.[1];
      if (name) this.zoomed.add(name);
    }
  }

  /** What relayout needs to undo the learner's zoom. */
  release() {
    const changes = {};
    for (const name of this.zoomed) {
      const range = this.managed.get(name)?.range ?? this.layout[name]?.range;
      if (range) changes[`${name}.range`] = [...range];
      else changes[`${name}.autorange`] = true;
    }
    this.zoomed.clear();
    return changes;
  }
}

function extentOf(axis, read) {
  let low = Infinity;
  let high = -Infinity;
  for (const trace of axis.traces) {
    const values = read(trace, axis.direction);
    if (!values) continue;
    for (let i = 0; i < values.length; i++) {
      const value = values[i];
      if (!Number.isFinite(value) || (axis.log && value <= 0)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  if (low > high) return null;
  return axis.log ? [Math.log10(low), Math.log10(high)] : [low, high];
}

/** The extent of all draws of the last seconds, when these are over; null in between. */
function lately(axis, [low, high]) {
  const now = performance.now();
  const seen = (axis.seen ??= { since: now, draws: 0, low, high });
  seen.draws += 1;
  seen.low = Math.min(seen.low, low);
  seen.high = Math.max(seen.high, high);
  if (seen.draws < WITNESSES || now - seen.since < PATIENCE) return null;
  axis.seen = null;
  return [seen.low, seen.high];
}

function fit(range, [low, high], log) {
  const span = high - low || (log ? 0.5 : Math.abs(high) || 1);
  if (!range) return floor(low - SLACK * span, low, high + SLACK * span, log);
  if (low >= range[0] && high <= range[1]) return range;
  const bottom = low < range[0] ? low - STRIDE * span : range[0];
  return floor(bottom, low, high > range[1] ? high + STRIDE * span : range[1], log);
}

/** What is never negative gets no room below zero, where nothing can ever be. */
const floor = (bottom, low, top, log) => [!log && low >= 0 && bottom < 0 ? 0 : bottom, top];
