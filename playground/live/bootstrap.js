// Travels with every message of the component, so it only fetches the board proper: from the routes, or, where those
// are missing, from the parcel that the page itself delivers (window.__playgroundParcel).
const LIBRARY = "plotly-cartesian.min.js";
let board;

function baseOf(data) {
  const told = window.__streamlit?.BACKEND_BASE_URL;
  if (told) return told.replace(/\/$/, "");
  // Streamlit's own script knows the prefix of every proxy in between.
  const script = document.querySelector('script[src*="static/js/"]')?.src ?? "";
  return script.startsWith(location.origin) ? script.split("/static/js/")[0] : location.origin + data.base_path;
}

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

function insert(tag, attributes) {
  return new Promise((resolve, reject) => {
    const element = Object.assign(document.createElement(tag), attributes);
    element.onload = () => resolve(element);
    element.onerror = () => reject(new Error(`cannot load ${attributes.src ?? attributes.href}`));
    document.head.append(element);
  });
}

/** The chart library: there already, on its way with the page, or to be asked for. */
function plotly(src) {
  const early = document.querySelector(`script[src*="${LIBRARY}"]`);
  if (window.Plotly) return window.Plotly;
  if (!early) return insert("script", { src });
  return new Promise((resolve, reject) => {
    early.addEventListener("load", resolve);
    early.addEventListener("error", reject);
  });
}

async function fetchBoard(base, files) {
  const at = (name) => `${base}/${files[name]}`;
  const hint = (rel, name, as) =>
    document.head.append(Object.assign(document.createElement("link"), { rel, href: at(name), ...(as && { as }) }));
  // Where there are no routes Streamlit answers with its own page. Nothing may be run before this is known.
  const answer = await fetch(at("board.css"));
  if (!answer.headers.get("content-type")?.startsWith("text/css")) throw new Error("no routes");
  const names = Object.keys(files);
  for (const name of names) if (name.endsWith(".js") && name !== LIBRARY) hint("modulepreload", name);
  const styles = names.filter((name) => name.endsWith(".css"));
  const [{ mount }] = await Promise.all([
    import(at("board.js")),
    plotly(at(LIBRARY)),
    ...styles.map((name) => insert("link", { rel: "stylesheet", href: at(name) })),
  ]);
  return { mount, Plotly: window.Plotly };
}

async function load(data, base) {
  if (data.fallback) {
    while (!window.__playgroundParcel) await pause(50);
    return window.__playgroundParcel;
  }
  return fetchBoard(base, data.files).catch(() => pause(500).then(() => fetchBoard(base, data.files)));
}

export default async function (component) {
  const base = baseOf(component.data);
  board ??= load(component.data, base);
  try {
    const { mount, Plotly } = await board;
    return mount(component, { base, Plotly });
  } catch {
    board = undefined;
    component.setTriggerValue("event", { name: "no_route", value: null, id: 0 });
  }
}
