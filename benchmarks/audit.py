"""How long the audit of all of TFP's distributions takes."""

import time

from benchmarks.comparison import Benchmark, Row, row
from playground.audit.audit import CASES, audit

SECONDS_ALLOWED = 300.0


def run() -> list[Row]:
    started, rows = time.perf_counter(), 0
    for part in audit(list(CASES.values())):
        rows += len(part)
    seconds = time.perf_counter() - started
    what = f"audit of {len(CASES)} distributions, {rows} parameters"
    return [row(what, seconds, "s", "five minutes", seconds / SECONDS_ALLOWED, "≤ 1")]


BENCHMARK = Benchmark("audit", "Audit: every distribution's gradient against the exact one", run)
