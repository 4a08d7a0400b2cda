// The WebSocket to one run: opens, reopens, and knows when to give up.

const OPENING = 2000; // milliseconds a first attempt may take
const ATTEMPTS = 2; // before the route counts as missing
const RUN_ENDED = 4404;
const LONGEST_QUEUE = 20;

export class Link {
  /** `on` has frame(buffer), message(object), state(words), gone(), missing(). */
  constructor(address, on) {
    this.address = address;
    this.on = on;
    this.failures = 0;
    this.everOpened = false;
    this.queue = [];
    this.onVisibility = () => this.seen();
    document.addEventListener("visibilitychange", this.onVisibility);
    this.open();
  }

  open() {
    if (this.closed) return;
    clearTimeout(this.retry);
    const socket = new WebSocket(this.address);
    this.socket = socket;
    socket.binaryType = "arraybuffer";
    const hurry = setTimeout(() => socket.readyState === WebSocket.CONNECTING && socket.close(), OPENING);
    socket.onopen = () => {
      clearTimeout(hurry);
      this.failures = 0;
      this.everOpened = true;
      this.on.state("");
      if (document.hidden) this.send({ visible: false });
      for (const order of this.queue.splice(0)) this.send(order);
    };
    socket.onmessage = ({ data }) => {
      if (typeof data === "string") this.on.message(JSON.parse(data));
      else this.on.frame(data);
    };
    socket.onclose = ({ code }) => {
      clearTimeout(hurry);
      if (this.closed || this.socket !== socket) return;
      this.failures += 1;
      if (code === RUN_ENDED) this.finish(this.on.gone);
      else if (!this.everOpened && this.failures >= ATTEMPTS) this.finish(this.on.missing);
      else {
        if (this.everOpened) this.on.state("reconnecting…");
        const pause = Math.min(8000, 250 * 2 ** this.failures) * (0.75 + 0.5 * Math.random());
        this.retry = setTimeout(() => this.open(), pause);
      }
    };
  }

  get ready() {
    return this.socket?.readyState === WebSocket.OPEN;
  }

  send(message) {
    if (this.ready) this.socket.send(JSON.stringify(message));
  }

  /** Sends what must not be lost: it waits for the connection where there is none. */
  order(message) {
    if (this.ready) this.send(message);
    else if (this.queue.length < LONGEST_QUEUE) this.queue.push(message);
  }

  seen() {
    if (this.ready) this.send({ visible: !document.hidden });
    else if (!document.hidden && this.everOpened && this.socket.readyState === WebSocket.CLOSED) this.open();
  }

  finish(tell) {
    this.close();
    tell();
  }

  close() {
    this.closed = true;
    clearTimeout(this.retry);
    document.removeEventListener("visibilitychange", this.onVisibility);
    this.socket?.close();
  }
}
