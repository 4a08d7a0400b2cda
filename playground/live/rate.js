// How many steps a second a run really does, told where it is not what was asked for.

const WINDOW = 4000;
const SHORTEST = 1500;
const FRESH = 1000;

export class Rate {
  constructor() {
    this.clear();
  }

  clear() {
    this.seen = [];
    this.words = "";
    this.told = -Infinity;
  }

  /** Takes a frame's header, and gives the words: "" where a run does what it was asked to. */
  after({ step, speed, status, cold }, now = performance.now()) {
    const last = this.seen.at(-1);
    if (status !== "running" || cold || speed !== this.speed || (last && step < last.step)) {
      this.clear();
      this.speed = speed;
      if (status !== "running" || cold) return "";
    }
    this.seen.push({ step, at: now });
    while (now - this.seen[0].at > WINDOW) this.seen.shift();
    // Once a second at the most: figures that flicker cannot be read.
    if (now - this.seen[0].at < SHORTEST || now - this.told < FRESH) return this.words;
    this.told = now;
    const rate = (1000 * (step - this.seen[0].step)) / (now - this.seen[0].at);
    // Whole steps: in slow motion one more or less is a good part of the rate.
    const missed = speed === "max" || rate + 1 < 0.8 * speed;
    this.words = missed ? `${rounded(rate)}/s` : "";
    return this.words;
  }
}

/** A whole number, its thousands apart. */
export const spaced = (count) => String(count).replace(/\B(?=(\d{3})+$)/g, "\u2009");

/** To two digits: 7, 24, 310, 2 900. */
function rounded(rate) {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(rate, 1))) - 1);
  return spaced(Math.round(rate / unit) * unit);
}
