"""How far a long command is: one line on a terminal, nothing anywhere else."""

import sys
import time
from collections.abc import Callable

SILENT_SECONDS = 3.0
BAR = 24


class Progress:
    """A bar on stderr, once the work has taken a few seconds; silent where stderr is not a terminal.

    Args:
      total: How many pieces there are.
      clock: Seconds, from anywhere.
    """

    def __init__(self, total: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.total, self.clock, self.started, self.width = total, clock, clock(), 0

    def show(self, done: int, what: str) -> None:
        """Says that `done` pieces are done, and what comes next."""
        stream = sys.stderr
        if stream is None or not stream.isatty() or self.clock() - self.started < SILENT_SECONDS:
            return
        filled = BAR * done // max(1, self.total)
        text = f"[{'#' * filled}{'.' * (BAR - filled)}] {done} of {self.total}  {what}"
        stream.write("\r" + text.ljust(self.width))
        stream.flush()
        self.width = len(text)

    def clear(self) -> None:
        """Takes the line away."""
        if self.width:
            sys.stderr.write("\r" + " " * self.width + "\r")
            sys.stderr.flush()
            self.width = 0
