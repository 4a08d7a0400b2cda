"""A few threads that serve all runs in turn, each at the rate its speed asks for.

Thirty learners cost thirty runs and the same three threads. Under overload every run waits its turn: all slow down
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
      threads: How many workers; by default one more than cores, at most three: while TensorFlow computes, the worker
        that called it waits, and a run that compiles keeps one for itself.
      clock: Monotonic seconds, the runs' clock.
    """

    def __init__(self, threads: int | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._condition = threading.Condition()
        self._waiting: dict[Run, None] = {}  # in the order in which they came
        self._line: list[Run] = []
        self._busy: set[Run] = set()
        self._removed: set[Run] = set()
        self._stopping = False
        count = threads or min(3, 1 + (os.cpu_count() or 1))
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
            self._waiting[run] = None
            self._line.clear()
            self._condition.notify()

    def remove(self, run: Run) -> None:
        """Serves it no more; a slice that is under way ends first, in its own time."""
        with self._condition:
            if run in self._busy:
                self._removed.add(run)
            else:
                self._waiting.pop(run, None)
                self._line.clear()

    def wake(self) -> None:
        """Tells a worker that some run has something to do."""
        with self._condition:
            self._line.clear()
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
                run, seconds = self._first_in_line(), 0.0
                if run is None:
                    run, seconds = self._look_around()
                if run is not None:
                    del self._waiting[run]
                    self._busy.add(run)
                    return run
                self._condition.wait(seconds)
            return None

    def _first_in_line(self) -> Run | None:
        """Takes the first run that may begin out of the line."""
        compiling = self._compiling
        for place, run in enumerate(self._line):
            if not (compiling and run.cold):
                return self._line.pop(place)
        return None

    def _look_around(self) -> tuple[Run | None, float]:
        """Lines up all that are late, the latest first.

        Whoever becomes late afterwards is less late than all of these, so a class is looked through once a turn and not
        once a slice: to ask a hundred runs when they are due takes as long as a tenth of a slice. Whatever else changes
        the order (a command, a run more or less) ends the line.

        Returns:
          The run to begin with: the latest or, where nobody is late, one that is due just now. Without one, None and
          in how many seconds there will be one.
        """
        now, compiling = self._clock(), self._compiling
        due = sorted((run.due(now), place, run) for place, run in enumerate(self._waiting))
        self._line = [run for seconds, _, run in due if seconds < 0.0]
        if (run := self._first_in_line()) is not None:
            return run, 0.0
        for seconds, _, run in due:
            if seconds >= 0.0 and not (compiling and run.cold):
                return (run, 0.0) if seconds == 0.0 else (None, min(seconds, IDLE_SECONDS))
        return None, IDLE_SECONDS

    @property
    def _compiling(self) -> bool:
        """Whether a run that has yet to be compiled keeps a worker, for a second: one of them at a time, so that the
        other worker goes on serving everybody else."""
        return any(run.cold for run in self._busy)

    def _release(self, run: Run) -> None:
        with self._condition:
            self._busy.discard(run)
            if run in self._removed:
                self._removed.discard(run)
            else:
                self._waiting[run] = None  # to the end: runs that are due equally long take turns
                self._condition.notify()
