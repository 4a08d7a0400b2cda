"""From a cell of the lab to the Play page: its address, by the codec that Play itself reads."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from playground.config import Config
from playground.errors import InvalidInput
from playground.lab.config import LabConfig
from playground.lab.plan import here
from playground.sweeps.task import Task
from playground.ui.links import play_link  # which knows no screen
from playground.ui.query_params import PAGE_LIMITS

REPLICATES = 256
MOST = 4


def play_address(task: Task, runs: bool = False) -> str | None:
    """Play with exactly the family, the cost, the estimator and the samples of a task; None where it cannot run.

    Args:
      task: A cell.
      runs: Whether that is known: asking takes a hundredth of a second, and an atlas has hundreds of cells.
    """
    return _address([json.loads(task.request)], runs)


def play_together(config: LabConfig, value: float | None = None) -> str | None:
    """Play with the first four estimators that can run, at one value of the sweep or at the θ that is set."""
    if value is None:
        return _address([here(config, key) for key in config.estimators])
    return _address([config.spec.fields(key, value) for key in config.estimators])


def _address(cells: Sequence[Mapping[str, Any]], run: bool = False) -> str | None:
    """One race of all cells that can run: they differ in their estimators alone."""
    able: list[str] = []
    hyperparameters: dict[str, float] = {}
    for fields in cells:
        try:
            Config.create(**fields, must_run=not run)
        except InvalidInput:
            continue
        able += fields["estimators"]
        hyperparameters |= fields.get("hyperparameters") or {}
        if len(able) == MOST:
            break
    if not able:
        return None
    samples = min(cells[0]["samples"], PAGE_LIMITS["samples"][1])
    given = {
        **cells[0],
        "estimators": able,
        "hyperparameters": hyperparameters,
        "samples": samples,
        "replicates": REPLICATES,
    }
    return play_link(Config.create(**given, must_run=False))  # each of them can
