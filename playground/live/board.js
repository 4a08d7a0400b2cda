// The board: strip, legend and charts of one run, fed by frames. One per mounted component.

import { fromBase64 } from "./frame.js";
import { readTheme } from "./theme.js";
import { Legend } from "./legend.js";
import { Transport } from "./transport.js";
import { Link } from "./link.js";
import { bindKeys, copyLink, fitHeight, save } from "./page.js";
import { Painter } from "./painter.js";

const NARROW = 560;
const ENDED = "This run has ended; press play to start it again.";
const boards = new WeakMap();

/** Called on each script run with the component's data; returns what undoes it when the component goes. */
export function mount(component, environment) {
  const host = component.parentElement;
  if (!boards.has(host)) boards.set(host, new Board(host, environment));
  const board = boards.get(host);
  const visit = board.visit(component);
  return () => {
    // Streamlit also calls the clean-up of a visit that a later one has overtaken: that is no reason to go.
    if (board.lastVisit !== visit) return;
    board.destroy();
    boards.delete(host);
  };
}

class Board {
  constructor(host, { base, Plotly }) {
    Object.assign(this, { host, base, lastVisit: 0, events: 0 });
    this.counters = { frames: 0, malformed: 0, draws: {}, lastHeader: null, connected: false };
    this.counters.drop = () => this.link?.socket.close(); // for tests: as if the network had gone
    window.__playground = this.counters;
    this.root = document.createElement("div");
    this.root.className = "pg-board";
    this.transport = new Transport((name, value) => this.act(name, value));
    this.legend = new Legend(() => this.painter.charts.forEach((chart) => chart.hide(this.legend.hidden)));
    this.banner = document.createElement("div");
    this.banner.className = "pg-banner";
    this.banner.hidden = true;
    this.banner.setAttribute("role", "alert");
    this.banner.innerHTML = `<span></span><button type="button">Back to the last good state</button>`;
    this.banner.lastChild.onclick = () => this.command("back");
    this.grid = document.createElement("div");
    this.grid.className = "pg-grid";
    this.root.append(this.transport.element, this.banner, this.legend.element, this.grid);
    this.painter = new Painter(Plotly, this.grid, this.counters, {
      describe: (header) => this.describe(header),
      acknowledge: (seq) => this.link?.send({ ack: seq }),
      resync: () => this.link?.send({ resync: true }),
    });
    host.append(this.root);
    this.releaseKeys = bindKeys((name) => (name === "toggle" ? this.transport.toggle() : this.act(name)), this.transport);
    this.releaseHeight = fitHeight(this.root, this.grid, () => this.dressForWidth());
    this.narrow = this.root.clientWidth < NARROW;
  }

  // --- the page's word ---

  visit(component) {
    const { data, setTriggerValue } = component;
    this.emit = (name, value) => setTriggerValue("event", { name, value: value ?? null, id: ++this.events });
    this.data = data;
    this.applyTheme();
    this.transport.showSeed(data.seed);
    if (this.runId !== data.run_id) this.follow(data.run_id);
    if (data.fallback) this.takeFallback(data.fallback);
    return ++this.lastVisit;
  }

  applyTheme() {
    const theme = readTheme(this.host);
    const digest = JSON.stringify(theme);
    if (digest === this.themeDigest) return;
    [this.theme, this.themeDigest] = [theme, digest];
    for (const name of ["text", "background", "primary", "muted", "line", "border", "grid"]) {
      this.root.style.setProperty(`--pg-${name}`, theme[name]);
    }
    this.root.style.setProperty("--pg-on-primary", theme.onPrimary);
    this.root.style.colorScheme = theme.scheme;
    this.painter.charts.forEach((chart) => chart.retheme(theme, this.narrow));
  }

  dressForWidth() {
    const narrow = this.root.clientWidth < NARROW;
    if (narrow === this.narrow) return;
    this.narrow = narrow;
    this.painter.charts.forEach((chart) => chart.retheme(this.theme, narrow));
  }

  follow(runId) {
    this.link?.close();
    this.runId = runId;
    this.gone = false;
    this.painter.forget();
    this.transport.held = {};
    this.transport.say("");
    if (this.data.fallback) {
      this.transport.showConnection("");
      return;
    }
    this.transport.showConnection("connecting…");
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const address = `${this.base.replace(/^http/, "ws")}/live/${encodeURIComponent(runId)}?fps=${calm ? 5 : 20}`;
    this.link = new Link(address, {
      frame: (buffer) => this.painter.receive(buffer),
      message: (message) => this.hear(message),
      state: (words) => {
        this.counters.connected = !words;
        this.transport.showConnection(words);
      },
      gone: () => this.lose(),
      missing: () => this.emit("no_route"),
    });
  }

  lose() {
    this.gone = true;
    this.counters.connected = false;
    this.transport.showConnection("");
    this.transport.held = {};
    this.transport.showStatus("ended");
    this.transport.say(ENDED);
  }

  hear(message) {
    if (message.type === "figures") this.showFigures(message);
    else if (message.type === "refused") this.transport.say(message.text);
  }

  showFigures(message) {
    this.legend.show(message.charts);
    this.painter.show(message, () => [this.theme, this.narrow, this.legend.hidden]);
    this.transport.offer(message.charts, this.data.exports, (kind) =>
      this.data.fallback ? null : `${this.base}/live/${encodeURIComponent(this.runId)}/export.${kind}`,
    );
  }

  describe(header) {
    this.transport.update(header);
    for (const [key, text] of Object.entries(header.captions ?? {})) this.painter.charts.get(key)?.say(text);
    this.banner.hidden = header.status !== "diverged";
    if (header.cause && this.banner.firstChild.textContent !== header.cause) {
      this.banner.firstChild.textContent = header.cause;
    }
  }

  // --- the learner's hands ---

  act(name, value) {
    if (name === "dice") this.emit("new_seed");
    else if (name === "share") copyLink(this.data.drop).then((words) => this.transport.say(words));
    else if (name === "picture") this.painter.charts.get(value.key).picture(value.format, this.theme.background, this.data.name);
    else if (name === "file") this.data.fallback && this.emit("export", value.kind);
    else this.command(name, value);
    if (name === "speed") this.emit("speed", value);
  }

  command(name, value) {
    if (this.gone) {
      if (name !== "speed") this.emit("gone", name);
    } else if (this.data.fallback) this.emit("command", { command: name, value: value ?? null });
    else this.link?.order({ command: name, value: value ?? null });
  }

  /** What came through the component's data, where there is no WebSocket. */
  takeFallback({ figures, generation, frame, seq, download, ended, refused }) {
    this.link?.close();
    this.link = null;
    if (figures && generation !== this.painter.generation) {
      this.hear(JSON.parse(figures));
      this.emit("figures", generation);
    } else if (generation !== undefined && generation !== this.painter.generation) {
      this.emit("figures", null); // a new board in an old session: the figures went to the one before
    }
    if (frame && generation === this.painter.generation && seq !== this.lastSeq) {
      this.lastSeq = seq;
      this.painter.receive(fromBase64(frame));
    }
    if (refused) this.transport.say(refused);
    if (ended && !this.gone) this.lose();
    if (download && download.id !== this.lastDownload) {
      this.lastDownload = download.id;
      save(download.filename, download.media_type, fromBase64(download.content));
    }
  }

  destroy() {
    this.link?.close();
    this.releaseKeys();
    this.releaseHeight();
    this.painter.stop();
    this.root.remove();
  }
}
