"""Runs tests in a thread of their own, where no frame of pytest stands above them.

TensorFlow looks up the line of each of the thirty innermost frames whenever an operation runs by itself. Beneath pytest
that was 9 % of the time of the grid, and in a thread of its own it is 5 %.
"""

import functools
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

Calls = queue.SimpleQueue[Callable[[], None]]


class ShortStack:
    """One thread, which makes the calls of a test process, one after the other."""

    def __init__(self) -> None:
        self._calls: Calls | None = None
        self._thread: threading.Thread | None = None

    def on(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The same function, but for where it runs."""

        @functools.wraps(function)
        def elsewhere(*args: Any, **named: Any) -> Any:
            if threading.current_thread() is self._thread:  # a fixture that a test asks for while it runs
                return function(*args, **named)
            return self._make(functools.partial(function, *args, **named))

        return elsewhere

    def _make(self, call: Callable[[], Any]) -> Any:
        done: Future[Any] = Future()

        def work() -> None:
            try:
                done.set_result(call())
            except BaseException as raised:  # pytest's own outcomes are none of `Exception`
                done.set_exception(raised)

        if self._calls is None:
            self._calls = queue.SimpleQueue()
            self._thread = threading.Thread(target=_work, args=[self._calls], name="tests", daemon=True)
            self._thread.start()
        self._calls.put(work)
        try:
            return done.result()
        finally:
            if not done.done():  # its time is up: whoever comes next gets a thread that is free
                self._calls = None


def _work(calls: Calls) -> None:
    while True:
        calls.get()()
