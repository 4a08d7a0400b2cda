"""Runs served by hand, and a clock that tests turn by hand."""

from typing import Any

import numpy as np

from playground.config import Config
from playground.training.run import Run
from playground.training.snapshot import Snapshot


class Clock:
    """Seconds that pass only when told to."""

    def __init__(self, now: float = 1000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now

    def tick(self, seconds: float) -> None:
        """Any number: clocks jump, in both directions."""
        self.now += seconds


def shown(clock: Clock, speed: float = 60.0, **settings: Any) -> Run:
    """A run of a small configuration that has shown where it starts."""
    run = Run(Config.create(**{"samples": 4, "replicates": 8, **settings}), speed, clock)
    run.serve()
    return run


def seen(run: Run) -> Snapshot:
    assert run.snapshot is not None
    return run.snapshot


def serve(run: Run, clock: Clock, slices: int) -> None:
    """Lets time pass until the run is due, and serves it, so many times."""
    for _ in range(slices):
        due = run.due(clock())
        clock.tick(max(due, 0.0) if np.isfinite(due) else 1.0)
        run.serve()


def serve_to(run: Run, clock: Clock, step: int) -> None:
    for _ in range(10_000):
        if seen(run).step >= step:
            return
        serve(run, clock, 1)
    raise AssertionError(f"After 10,000 slices the run is at step {seen(run).step}, not at {step}.")
