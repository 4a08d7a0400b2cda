// Stands in every page's head: fetches what the board will need, and runs the chart library while the browser waits for
// Streamlit's server. A moment sooner, it would hold up the very question to the server.

const { src, dataset } = document.currentScript;
const base = src.slice(0, src.indexOf("/live/assets/"));
const CONNECTING = "_stcore/host-config"; // the last answer that Streamlit awaits before it connects
const MOMENT = 60; // milliseconds: to connect
const PATIENCE = 2000; // for a Streamlit that asks otherwise

function add(tag, attributes) {
  document.head.append(Object.assign(document.createElement(tag), attributes));
}

function run() {
  observer.disconnect();
  clearTimeout(later);
  // The board may have been faster, and loads it itself.
  if (!document.querySelector(`script[src$="${dataset.library}"]`)) {
    add("script", { src: `${base}/${dataset.library}` });
  }
  for (const module of dataset.modules.split(" ")) add("link", { rel: "modulepreload", href: `${base}/${module}` });
  for (const style of dataset.styles.split(" ")) add("link", { rel: "preload", as: "style", href: `${base}/${style}` });
}

const observer = new PerformanceObserver((entries) => {
  // Below a page's own path Streamlit asks in vain before it asks at the root.
  const answered = ({ name, responseStatus }) => name.includes(CONNECTING) && (responseStatus ?? 200) < 400;
  if (entries.getEntries().some(answered)) setTimeout(run, MOMENT);
});
observer.observe({ type: "resource", buffered: true });
const later = setTimeout(run, PATIENCE);
add("link", { rel: "preload", as: "script", href: `${base}/${dataset.library}` });
