"""The full board in Chromium while its run trains, against the same charts by `st.fragment` and `st.plotly_chart`."""

import statistics
import time

from playwright.sync_api import Page

from benchmarks.browsing import browsing, served, visit
from benchmarks.comparison import Benchmark, Row, row

CURVES_AT_LEAST = 4
ROUNDS, SECONDS, SETTLE = 3, 4.0, 2.0

# Counts, for each chart, the steps that could be read from it at some animation frame.
COUNT_TITLES = """() => {
  window.__seen = [0, 0, 0, 0, 0];
  const last = [];
  const look = () => {
    document.querySelectorAll(".js-plotly-plot").forEach((plot, i) => {
      const title = plot.querySelector(".gtitle")?.textContent;
      if (i < 5 && title !== undefined && title !== last[i]) { last[i] = title; window.__seen[i] += 1; }
    });
    requestAnimationFrame(look);
  };
  look();
}"""


def _drawn(page: Page) -> dict[str, int]:
    """How often each chart was drawn so far, and how many frames there were."""
    counters = page.evaluate("({frames: window.__playground.frames, ...window.__playground.draws})")
    return {name: int(value) for name, value in counters.items()}


def live(page: Page) -> dict[str, float]:
    """Frames and drawings a second."""
    time.sleep(SETTLE)
    before, started = _drawn(page), time.monotonic()
    time.sleep(SECONDS)
    after, seconds = _drawn(page), time.monotonic() - started
    page.get_by_role("button", name="Pause (space)").click()  # so that it is idle while the other has its turn
    page.wait_for_function("window.__playground.lastHeader.status === 'paused'")
    return {name: (value - before.get(name, 0)) / seconds for name, value in after.items()}


def fragment(page: Page) -> float:
    """Drawings a second of a chart, the mean over all five."""
    time.sleep(SETTLE)
    page.evaluate(COUNT_TITLES)
    started = time.monotonic()
    time.sleep(SECONDS)
    seen, seconds = page.evaluate("window.__seen"), time.monotonic() - started
    return statistics.mean(seen) / seconds


def run() -> list[Row]:
    lives, fragments = [], []
    with served("app.py") as ours, served("benchmarks/apps/fragment_board.py") as theirs, browsing() as browser:
        for _ in range(ROUNDS):
            with visit(browser, ours) as page:
                page.wait_for_function("window.__playground?.frames > 5", timeout=30_000)
                lives.append(live(page))
            with visit(browser, theirs) as page:
                page.wait_for_function("document.querySelectorAll('.gtitle').length >= 5", timeout=30_000)
                fragments.append(fragment(page))
    median = {name: statistics.median(each[name] for each in lives) for name in lives[0]}
    frames, theirs_a_second = median.pop("frames"), statistics.median(fragments)
    against = f"st.fragment + st.plotly_chart, {theirs_a_second:.1f}"
    rows = [row("Full board", frames, "frames/s", against, frames / theirs_a_second, "≥ 2.5")]
    fast = median.pop("density")
    rows.append(row("Density and samples", fast, "drawings/s", "", None, "≥ 15"))
    return rows + [
        row(f"Chart '{key}'", value, "drawings/s", "", None, f"≥ {CURVES_AT_LEAST}") for key, value in median.items()
    ]


BENCHMARK = Benchmark("board", "Board: five charts in Chromium while the run trains", run)
