// What the board needs of the page around it: keys, the room it has, the clipboard, the disk.

const TYPING = "input, textarea, select, [contenteditable=true], [role=combobox], [role=slider], [role=radio], [role=tab]";
const PRESSABLE = "button, a, summary, [role=button], [role=checkbox], [role=option], [role=menuitem], [role=switch]";
const KEYS = { " ": "toggle", ArrowRight: "step", r: "reset", R: "reset" };

/** Space, right arrow and R for the whole page, unless somebody types. Returns what undoes it. */
export function bindKeys(act, transport) {
  const onKey = (event) => {
    const name = KEYS[event.key];
    const target = event.composedPath()[0];
    if (!name || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (!(target instanceof Element) || target.closest(TYPING) || target.closest("[role=dialog]")) return;
    if (name === "toggle" && target.closest(PRESSABLE)) return;
    event.preventDefault();
    // Streamlit listens for R as well, to rerun the script.
    event.stopImmediatePropagation();
    if (!(event.repeat && name !== "step")) act(name);
  };
  const onPress = (event) => {
    const { details } = transport;
    if (details.open && (event.key === "Escape" || (event.type === "pointerdown" && !details.contains(event.target)))) {
      details.open = false;
    }
  };
  addEventListener("keydown", onKey, true);
  addEventListener("keydown", onPress);
  addEventListener("pointerdown", onPress);
  return () => {
    removeEventListener("keydown", onKey, true);
    removeEventListener("keydown", onPress);
    removeEventListener("pointerdown", onPress);
  };
}

/** Gives the charts the height that is left on the first screen, and the strip its place under Streamlit's header. */
export function fitHeight(root, grid, onWidth) {
  const fit = () => {
    const scroller = root.closest('[data-testid="stMain"]') ?? document.scrollingElement;
    const header = document.querySelector('[data-testid="stHeader"]')?.getBoundingClientRect().height ?? 0;
    const top = grid.getBoundingClientRect().top + scroller.scrollTop;
    const room = Math.round(Math.min(980, Math.max(440, innerHeight - top - 20)));
    set("--pg-height", `${room}px`);
    set("--pg-top", `${header}px`);
    onWidth();
  };
  const set = (name, value) => {
    if (root.style.getPropertyValue(name) !== value) root.style.setProperty(name, value);
  };
  const observer = new ResizeObserver(fit);
  observer.observe(root);
  if (root.closest('[data-testid="stVerticalBlock"]')) observer.observe(root.closest('[data-testid="stVerticalBlock"]'));
  addEventListener("resize", fit);
  fit();
  return () => {
    observer.disconnect();
    removeEventListener("resize", fit);
  };
}

/** Copies the page's address without the query parameters in `drop`; returns what to tell the learner. */
export async function copyLink(drop) {
  const address = new URL(location.href);
  for (const name of drop) address.searchParams.delete(name);
  try {
    await navigator.clipboard.writeText(address.href);
    return "Link copied.";
  } catch {
    // Without https browsers keep the clipboard to themselves.
    prompt("Copy this link:", address.href);
    return "";
  }
}

/** Hands the learner a file. */
export function save(filename, type, content) {
  const address = URL.createObjectURL(new Blob([content], { type }));
  Object.assign(document.createElement("a"), { href: address, download: filename }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}
