"""Tasks on the cores of this machine."""

import os
import signal
import threading
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context, parent_process
from multiprocessing.synchronize import Event

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
      Each task with its rows, in the order in which they are done. A generator that is closed drops the tasks that
      were begun, and leaves no process behind.

    Raises:
      InvalidInput: If a process was ended from outside.
    """
    if workers == 0:
        yield from ((task, run_task(task)) for task in tasks)
        return
    todo = list(tasks)
    count = min(workers or os.cpu_count() or 1, max(1, len(todo)))
    # Spawned: a fork of a process in which TensorFlow has threads hangs.
    context = get_context("spawn")
    stop = context.Event()
    pool = ProcessPoolExecutor(count, mp_context=context, initializer=_begin, initargs=(stop,))
    finished = False
    try:
        futures = {pool.submit(run_alone, task): task for task in todo}
        for future in as_completed(futures):
            yield futures.pop(future), future.result()
        finished = True
    except BrokenProcessPool:
        raise InvalidInput(
            "A process of the sweep was ended from outside, perhaps for want of memory: expected it to go on; "
            "run the command again with fewer `--workers`, and it goes on from here."
        ) from None
    finally:
        if not finished:  # nobody waits for what was begun
            stop.set()
        pool.shutdown(wait=True, cancel_futures=True)


def _begin(stop: Event) -> None:
    """What each process does first.

    Ctrl-C reaches all processes of a terminal: it is for the first one, which ends the others. And when that one is
    killed, the others end by themselves.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()
    assert parent is not None
    for wait in (stop.wait, parent.join):
        threading.Thread(target=_end_after, args=(wait,), daemon=True).start()


def _end_after(wait: Callable[[], object]) -> None:
    wait()
    os._exit(1)
