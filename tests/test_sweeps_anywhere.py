"""A sweep in processes of its own, here and on a cluster: the same numbers, and a worker that dies loses nothing."""

import itertools
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from distributed import LocalCluster

from playground.errors import InvalidInput
from playground.sweeps import dask, local
from playground.sweeps.row import Row
from playground.sweeps.spec import SweepSpec
from playground.sweeps.task import Task

ROOT = Path(__file__).resolve().parent.parent
SPEC = SweepSpec.create(
    over="logits",
    values=[-2, -1, 0, 0.5, 2],
    family="bernoulli",
    estimators=["score_function_loo", "score_function_mean_baseline", "straight_through", "pathwise"],
    samples=4,
    replicates=200,
)
WORKER = [sys.executable, "-m", "distributed.cli.dask_worker", "--nthreads", "1", "--no-nanny", "--no-dashboard"]
PATIENCE = 120.0


@pytest.fixture
def cluster() -> Iterator[tuple[LocalCluster, dict[str, subprocess.Popen[bytes]]]]:
    """A scheduler in this process, and two workers in processes that nothing brings back, by their names."""
    with LocalCluster(n_workers=0, dashboard_address=":0", protocol="tcp", processes=False) as scheduler:
        command = [*WORKER, scheduler.scheduler_address, "--name"]
        workers = {
            name: subprocess.Popen([*command, name], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            for name in ("first", "second")
        }
        try:
            scheduler.wait_for_workers(len(workers), timeout=PATIENCE)
            yield scheduler, workers
        finally:
            for worker in workers.values():
                worker.kill()
                worker.wait()


def repeatable(found: dict[Task, tuple[Row, ...]]) -> dict[str, list[dict[str, Any]]]:
    return {task.key: [row.repeatable() for row in rows] for task, rows in found.items()}


def test_a_worker_dies_and_nothing_is_lost(
    cluster: tuple[LocalCluster, dict[str, subprocess.Popen[bytes]]],
) -> None:
    scheduler, workers = cluster
    tasks = SPEC.tasks()
    finished = dask.run(tasks, scheduler.scheduler_address)
    found = dict(itertools.islice(finished, len(tasks) // 4))
    busy = [str(state.name) for state in scheduler.scheduler.workers.values() if state.processing]
    assert len(busy) == 2, "both have work that was not handed in"
    os.kill(workers[busy[0]].pid, signal.SIGKILL)
    workers[busy[0]].wait()
    found |= dict(finished)
    assert [state.name for state in scheduler.scheduler.workers.values()] == [busy[1]]
    assert set(found) == set(tasks)
    alone, here = dict(local.run(tasks, workers=1)), dict(local.run(tasks[:2], workers=0))
    assert set(alone) == set(tasks)
    assert repeatable(found) == repeatable(alone)
    # This process may have more threads, and rounds float32 sums in another order.
    for task, rows in here.items():
        assert [row.variance for row in alone[task]] == pytest.approx([row.variance for row in rows], rel=1e-4)


def test_a_cluster_without_workers_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dask, "SECONDS", 0.2)
    with LocalCluster(n_workers=0, dashboard_address=":0", protocol="tcp", processes=False) as scheduler:
        with pytest.raises(InvalidInput, match="has no workers, expected at least one"):
            next(dask.run(SPEC.tasks(), scheduler.scheduler_address))
