"""The boards of the pages Layers and Sequences in Chromium, while what they show trains at the page's own speed."""

import statistics

from benchmarks.board import live
from benchmarks.browsing import browsing, served, visit
from benchmarks.comparison import Benchmark, Row, row

ROUNDS, FIRST_FRAMES, SLOWEST_START = 3, 5, 60_000
PAGES = {"layers": "Layers", "sequences": "Sequences"}


def run() -> list[Row]:
    rows = []
    with served("app.py") as address, browsing() as browser:
        for key, label in PAGES.items():
            rounds = []
            for _ in range(ROUNDS):
                with visit(browser, f"{address}{key}") as page:
                    page.wait_for_function(f"window.__playground?.frames > {FIRST_FRAMES}", timeout=SLOWEST_START)
                    rounds.append(live(page))
            median = {name: statistics.median(each[name] for each in rounds) for name in rounds[0]}
            rows.append(row(f"{label}, the whole board", median.pop("frames"), "frames/s", "", None, "≥ 10"))
            rows += [row(f"{label}, chart '{chart}'", value, "drawings/s") for chart, value in median.items()]
    return rows


BENCHMARK = Benchmark("board_pages", "Boards of Layers and Sequences in Chromium while they train", run)
