// Frames off the wire, and what is kept of them: the browser's half of frame.py.

const MAGIC = 0x47504631; // "GPF1", read big-endian

/** ArrayBuffer -> {header, arrays}; the arrays are views into the buffer. Throws on anything else. */
export function decode(buffer) {
  const view = new DataView(buffer);
  if (buffer.byteLength < 8 || view.getUint32(0) !== MAGIC) throw new Error("not a frame");
  const length = view.getUint32(4, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, length)));
  let offset = 8 + length;
  const arrays = header.lengths.map((n) => {
    const array = new Float32Array(buffer, offset, n);
    offset += 4 * n;
    return array;
  });
  if (offset !== buffer.byteLength) throw new Error("a frame of the wrong length");
  return { header, arrays };
}

/** The bytes of a base64 text, as an ArrayBuffer. */
export function fromBase64(text) {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0)).buffer;
}

/** One bound array: replaced by each frame, or grown by it in place. */
export class Series {
  constructor(mode) {
    this.append = mode === "append";
    this.buffer = new Float32Array(this.append ? 1024 : 0);
    this.length = 0;
  }

  get values() {
    return this.buffer.subarray(0, this.length);
  }

  /** Whether points that go to index `from` would leave no hole. */
  accepts(from) {
    return !this.append || from <= this.length;
  }

  /** Takes a frame's array; returns whether anything changed. */
  take(values, from) {
    if (!this.append) {
      this.buffer = values;
      this.length = values.length;
      return true;
    }
    const changed = values.length > 0 || from < this.length;
    const length = from + values.length;
    if (length > this.buffer.length) {
      const larger = new Float32Array(Math.max(2 * this.buffer.length, length));
      larger.set(this.buffer.subarray(0, from));
      this.buffer = larger;
    }
    this.buffer.set(values, from);
    this.length = length;
    return changed;
  }
}
