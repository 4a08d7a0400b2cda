"""The whole atlas of the Variance lab, every estimator on every family that allows it, on all cores."""

import os
import time

from benchmarks.comparison import Benchmark, Row, row
from playground.sweeps import atlas, local

LIMIT = 180.0


def run() -> list[Row]:
    spec = atlas.AtlasSpec.create()
    started = time.perf_counter()
    # Processes are started anew, as by the command: what they import is part of the time.
    rows = [found for _, rows in local.run(spec.tasks()) for found in rows]
    elapsed = time.perf_counter() - started
    measured = sum(cell.row.variance is not None for cell in atlas.cells(rows))
    what = f"atlas at {spec.cost}: {measured} cells, R = {spec.replicates}, K = {spec.samples}, {os.cpu_count()} cores"
    return [row(what, elapsed, "s", f"{LIMIT:g} s", elapsed / LIMIT, "≤ 1")]


BENCHMARK = Benchmark("atlas", "The whole atlas of the Variance lab", run)
