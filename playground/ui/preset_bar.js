// The row of presets: one button each, made once.

export default function ({ data, parentElement, setTriggerValue }) {
  const bar = parentElement.querySelector(".bar") ?? parentElement.appendChild(document.createElement("div"));
  if (bar.childElementCount) return;
  bar.className = "bar";
  bar.setAttribute("role", "group");
  bar.setAttribute("aria-label", "Presets");
  for (const preset of data.presets) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = preset.failure ? "failure" : "";
    button.dataset.preset = preset.key;
    // The picture is drawn by our own server from numbers; the words are set as text.
    button.innerHTML = `${preset.picture}<strong></strong><span></span>`;
    button.querySelector("strong").textContent = preset.title;
    button.querySelector("span").textContent = preset.story;
    button.onclick = () => setTriggerValue("chosen", preset.key);
    bar.append(button);
  }
}
