"""A few threads that serve all runs in turn, each at the rate its speed asks for.

Thirty learners cost thirty runs and the same two threads. Under overload every run waits its turn: all slow down
evenly, none is starved and no queue grows.
"""

import logging
import os
import threading
import time
from collections.abc import Callable

from playground.training.run import Run

logger = logging.getLogger(__name__)
IDLE_SECONDS = 0.5


class Scheduler:
    """Serves runs until stopped.

    Args:
      threads: How many workers; by default one a core, at most two.
      clock: Monotonic seconds, the runs' clock.
    """

    def __init__(self, threads: int | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._condition = threading.Condition()
        self._waiting: list[Run] = []
        self._busy: set[Run] = set()
        self._removed: set[Run] = set()
        self._stopping = False
        count = threads or min(2, os.cpu_count() or 1)
        self._threads = [
            threading.Thread(target=self._work, name=f"playground-worker-{index}", daemon=True)
            for index in range(count)
        ]
        for thread in self._threads:
            thread.start()

    def add(self, run: Run) -> None:
        """Serves `run` from now on."""
        run.wake = self.wake
        with self._condition:
            self._waiting.append(run)
            self._condition.notify()

    def remove(self, run: Run) -> None:
        """Serves it no more; a slice that is under way ends first, in its own time."""
        with self._condition:
            if run in self._busy:
                self._removed.add(run)
            elif run in self._waiting:
                self._waiting.remove(run)

    def wake(self) -> None:
        """Tells a worker that some run has something to do."""
        with self._condition:
            self._condition.notify()

    def stop(self, timeout: float = 10.0) -> None:
        """Ends all workers. May be called twice."""
        with self._condition:
            self._stopping = True
            self._condition.notify_all()
        for thread in self._threads:
            thread.join(timeout)

    def _work(self) -> None:
        while True:
            run = self._next()
            if run is None:
                return
            try:
                run.serve()
            except Exception as error:  # A fault in one run must not end the worker that serves the others.
                logger.exception("A slice failed.")
                run.fail(error)
            self._release(run)

    def _next(self) -> Run | None:
        """Waits for the run that has been due for longest, and takes it off the list."""
        with self._condition:
            while not self._stopping:
                now = self._clock()
                # A run that has yet to be compiled keeps a worker for a second: one of them at a time, so that the
                # other worker goes on serving everybody else.
                compiling = any(run.cold for run in self._busy)
                ready = ((run.due(now), i) for i, run in enumerate(self._waiting) if not (compiling and run.cold))
                due, place = min(ready, default=(IDLE_SECONDS, -1))
                if place >= 0 and due <= 0:
                    run = self._waiting.pop(place)
                    self._busy.add(run)
                    return run
                self._condition.wait(min(max(due, 0.0), IDLE_SECONDS))
            return None

    def _release(self, run: Run) -> None:
        with self._condition:
            self._busy.discard(run)
            if run in self._removed:
                self._removed.discard(run)
            else:
                self._waiting.append(run)  # to the end: runs that are due equally long take turns
                self._condition.notify()
