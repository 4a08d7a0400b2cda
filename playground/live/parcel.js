// Unpacks the board where its files cannot be fetched: one gzipped JSON object that came through the component's data.
const blob = (text) => URL.createObjectURL(new Blob([text], { type: "text/javascript" }));

async function unpack(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  const { modules, styles, plotly } = await new Response(stream).json();
  document.head.append(Object.assign(document.createElement("style"), { textContent: styles.join("\n") }));
  const Plotly = await new Promise((resolve, reject) => {
    const script = Object.assign(document.createElement("script"), { src: blob(plotly), onerror: reject });
    script.onload = () => resolve(window.Plotly);
    document.head.append(script);
  });
  // Each module imports only those before it: their relative addresses become those of their blobs.
  const addresses = {};
  for (const [name, text] of modules) {
    addresses[name] = blob(text.replace(/"\.\/([\w.]+)"/g, (_, other) => JSON.stringify(addresses[other])));
  }
  const { mount } = await import(addresses["board.js"]);
  return { mount, Plotly };
}

export default function ({ data }) {
  window.__playgroundParcel ??= unpack(data);
}
