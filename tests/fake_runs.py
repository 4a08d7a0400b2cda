"""Runs by hand for tests of the scheduler: they are due, and last, as they are told."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

from playground.training.scheduler import Scheduler

PATIENCE = 30.0


class Fake:
    """A run that is due until it has been served often enough, and writes its name down when it is served."""

    cold = False

    def __init__(self, name: str, served: list[str], times: int) -> None:
        self.name, self.served, self.times = name, served, times
        self.wake: Callable[[], None] = lambda: None
        self.failures: list[Exception] = []
        self.done = threading.Event()

    def due(self, now: float) -> float:
        return 0.0 if self.times else float("inf")

    def serve(self) -> None:
        self.times -= 1
        self.served.append(self.name)
        if not self.times:
            self.done.set()

    def fail(self, error: Exception) -> None:
        self.failures.append(error)


class Slow(Fake):
    """A run whose slice lasts until the test says so."""

    def __init__(self, name: str, served: list[str], times: int) -> None:
        super().__init__(name, served, times)
        self.began, self.go_on = threading.Event(), threading.Event()

    def serve(self) -> None:
        self.began.set()
        assert self.go_on.wait(PATIENCE)
        super().serve()


def schedulers() -> Iterator[Callable[..., Scheduler]]:
    """`start(threads, …)` → a scheduler that is stopped in the end."""
    started = []

    def make(*arguments: Any) -> Scheduler:
        started.append(Scheduler(*arguments))
        return started[-1]

    yield make
    for scheduler in started:
        scheduler.stop()


def add(scheduler: Scheduler, *runs: Any) -> None:
    for run in runs:
        scheduler.add(run)
