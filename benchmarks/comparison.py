"""Rows of figures, and the fair way to compare two programs: in turns, by the median."""

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Row = dict[str, Any]


@dataclass(frozen=True)
class Benchmark:
    """One benchmark.

    Attributes:
      key, label: Its name on the command line, and in print.
      run: Measures, and returns rows made by `row`.
    """

    key: str
    label: str
    run: Callable[[], list[Row]]


def row(what: str, value: float, unit: str, against: str = "", ratio: float | None = None, target: str = "") -> Row:
    """One figure: what was measured, and what it was compared to in the same run."""
    return {"what": what, "value": value, "unit": unit, "against": against, "ratio": ratio, "target": target}


def rates(programs: Mapping[str, Callable[[], int]], rounds: int = 5, seconds: float = 0.5) -> dict[str, float]:
    """Units of work a second of each program, the median over rounds in which they take turns.

    Args:
      programs: Each does some work and returns how many units; the first call warms up.
      rounds: How often each has its turn.
      seconds: The shortest turn.
    """
    for program in programs.values():
        program()
    measured: dict[str, list[float]] = {name: [] for name in programs}
    for _ in range(rounds):
        for name, program in programs.items():
            started, done = time.perf_counter(), 0
            while (elapsed := time.perf_counter() - started) < seconds or not done:
                done += program()
            measured[name].append(done / elapsed)
    return {name: statistics.median(values) for name, values in measured.items()}
