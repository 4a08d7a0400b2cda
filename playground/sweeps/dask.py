"""Tasks on a `dask.distributed` cluster: the same numbers as on this machine, and a worker that dies loses nothing.

Dask is an optional requirement (`requirements-dask.txt`) and imported only when a cluster is asked for. Its workers
need the playground itself: the same checkout, and the same requirements.
"""

import logging
from collections.abc import Generator, Iterable
from typing import Any

from playground.errors import InvalidInput
from playground.sweeps.alone import run_alone
from playground.sweeps.local import Finished
from playground.sweeps.task import Task

REQUIREMENTS = "requirements-dask.txt"
LOGGERS = ("distributed", "distributed.client", "tornado")  # Dask gives each a level of its own.
SECONDS = 10.0  # To reach the scheduler.
RETRIES = 3  # Of a task that raised; one whose worker died is taken up by another worker in any case.


def run(tasks: Iterable[Task], address: str) -> Generator[Finished, None, None]:
    """Runs tasks on the cluster, and gives each back as soon as it is done.

    Args:
      tasks: Begun in this order, as far as there are workers.
      address: Of the scheduler, such as tcp://10.0.0.5:8786.

    Raises:
      InvalidInput: If Dask is not installed, the scheduler is not there or goes away, it has no workers, or a task's
        workers die one after the other.
    """
    client = connect(address)
    try:
        from distributed import CancelledError, KilledWorker, as_completed

        try:
            client.wait_for_workers(1, timeout=SECONDS)
        except TimeoutError:
            got = "it has no workers"
            raise InvalidInput(
                f"Option `--scheduler`: '{address}' answers, but {got}, expected at least one."
            ) from None
        # No key is shared with another client: what a cluster remembers of an older checkout is not used.
        waiting: dict[str, tuple[Task, Any]] = {}
        for index, task in enumerate(tasks):
            future = client.submit(run_alone, task, pure=False, retries=RETRIES, priority=-index)
            waiting[future.key] = task, future
        for done in as_completed([future for _, future in waiting.values()], loop=client.loop):
            try:
                found = done.result()
            except KilledWorker as error:
                raise InvalidInput(
                    f"The cluster at '{address}' lost every worker that was given one of the tasks ({error.task}): "
                    "expected workers with memory enough and the playground's checkout."
                ) from None
            except CancelledError:
                raise InvalidInput(
                    f"The scheduler at '{address}' has gone, expected it to stay: the same command goes on from here."
                ) from None
            yield waiting.pop(done.key)[0], found
    finally:
        client.close()


def connect(address: str) -> Any:
    """A client of the scheduler at an address.

    Raises:
      InvalidInput: If Dask is not installed, or there is no scheduler.
    """
    try:
        from distributed import Client
    except ImportError:
        raise InvalidInput(
            "Option `--scheduler`: Dask is not installed, expected it beside the playground: "
            f"`pip install --no-deps -r {REQUIREMENTS}`."
        ) from None
    for name in LOGGERS:  # What matters is raised, and stderr is for one line.
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        return Client(address, timeout=SECONDS, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        why = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InvalidInput(
            f"Option `--scheduler`: no scheduler answers at '{address}' ({why}), expected an address such as "
            "tcp://10.0.0.5:8786."
        ) from None
