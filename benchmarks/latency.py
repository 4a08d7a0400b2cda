"""How long a learner waits: for the page to move, and for a click to show."""

import statistics

from playwright.sync_api import Page

from benchmarks.browsing import browsing, served, visit
from benchmarks.comparison import Benchmark, Row, row

VISITS, CLICKS = 5, 12

# The clock of a page starts when it is navigated to.
WATCH = """
window.__moved = window.__controls = null;
const look = () => {
  const counters = window.__playground;
  if (counters?.frames >= 2 && counters.lastHeader.step > 0) window.__moved ??= performance.now();
  if (document.querySelector("[data-testid=stSidebar] input")) window.__controls ??= performance.now();
  if (window.__moved === null || window.__controls === null) requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""

# Presses play or pause: milliseconds until the strip says so, and until a drawn frame of the run says so.
CLICK = """async (wanted) => {
  const words = document.querySelector(".pg-strip");
  const started = performance.now();
  document.querySelector("[data-do=play]").click();
  let strip = null;
  for (;;) {
    await new Promise(requestAnimationFrame);
    const now = performance.now() - started;
    if (strip === null && words.dataset.status === wanted) strip = now;
    if (strip !== null && window.__playground.lastHeader.status === wanted) return [strip, now];
    if (now > 10000) throw new Error("A click had no effect.");
  }
}"""


def opened(page: Page) -> float:
    """Milliseconds from the address to the first frame that shows a training that moves."""
    page.wait_for_function("window.__moved !== null", timeout=30_000)
    return float(page.evaluate("window.__moved"))


def furnished(page: Page) -> float:
    """Milliseconds from the address to the controls beside the board."""
    page.wait_for_function("window.__controls !== null", timeout=30_000)
    return float(page.evaluate("window.__controls"))


def clicked(page: Page) -> list[tuple[float, float]]:
    page.wait_for_function("window.__playground.lastHeader.status === 'running'", timeout=10_000)
    waits = []
    for number in range(CLICKS):
        waits.append(page.evaluate(CLICK, "running" if number % 2 else "paused"))
        page.wait_for_timeout(150)
    return waits


def run() -> list[Row]:
    opening, controls, clicks = [], [], []
    with served("app.py") as address, browsing() as browser:
        for _ in range(VISITS):
            with visit(browser, address, WATCH) as page:
                opening.append(opened(page))
                controls.append(furnished(page))
                page.wait_for_timeout(1000)
                clicks += clicked(page)
    strip, drawn = ([wait[place] for wait in clicks] for place in (0, 1))
    return [
        row(
            "Open page → first moving frame", statistics.median(opening) / 1e3, "s", "worst", max(opening) / 1e3, "≤ 2"
        ),
        row("Open page → the controls", statistics.median(controls) / 1e3, "s", "worst", max(controls) / 1e3),
        row("Click → the button shows it", statistics.median(strip), "ms", "", None, "≤ 200"),
        row("Click → a drawn frame of the run shows it", statistics.median(drawn), "ms", "", None, "≤ 200"),
    ]


BENCHMARK = Benchmark("latency", "Latency: opening a page, and clicking on it", run)
