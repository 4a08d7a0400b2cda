"""Tasks on the cores of this machine."""

import os
from collections.abc import Generator, Iterable
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context

from playground.errors import InvalidInput
from playground.sweeps.alone import run_alone
from playground.sweeps.row import Row
from playground.sweeps.task import Task, run_task

Finished = tuple[Task, tuple[Row, ...]]
"""A task and what it found."""


def run(tasks: Iterable[Task], workers: int | None = None) -> Generator[Finished, None, None]:
    """Runs tasks, each in a process that does nothing else, and gives each back as soon as it is done.

    Args:
      tasks: Begun in this order.
      workers: Processes: one a core if None; 0 runs the tasks one after the other in this process, in order.

    Yields:
      Each task with its rows, in the order in which they are done. A generator that is closed leaves no process behind.

    Raises:
      InvalidInput: If a process was ended from outside.
    """
    if workers == 0:
        yield from ((task, run_task(task)) for task in tasks)
        return
    todo = list(tasks)
    count = min(workers or os.cpu_count() or 1, max(1, len(todo)))
    # Spawned: a fork of a process in which TensorFlow has threads hangs.
    pool = ProcessPoolExecutor(count, mp_context=get_context("spawn"), initializer=_ignore_interrupts)
    try:
        futures = {pool.submit(run_alone, task): task for task in todo}
        for future in as_completed(futures):
            yield futures.pop(future), future.result()
    except BrokenProcessPool:
        raise InvalidInput(
            "A process of the sweep was ended from outside, perhaps for want of memory: expected it to go on; "
            "run the command again with fewer `--workers`, and it goes on from here."
        ) from None
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _ignore_interrupts() -> None:
    """Ctrl-C reaches all processes of a terminal: it is for the first one, which ends the others."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
