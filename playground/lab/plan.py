"""What a view of the lab has to compute, as tasks; what they find is shared by all runs of the process."""

import functools
import json
from collections.abc import Mapping
from typing import Any

from playground.lab.cloud import Cloud, cloud
from playground.lab.config import LabConfig
from playground.sweeps import advice
from playground.sweeps.advice import Question
from playground.sweeps.atlas import AtlasSpec
from playground.sweeps.row import Row
from playground.sweeps.task import Task, run_task

ATLAS = ("cost", "cost_params", "sampling", "samples", "replicates", "seed")


@functools.lru_cache(maxsize=64)
def tasks(config: LabConfig) -> tuple[Task, ...]:
    """The tasks of a view, in the order in which they are done."""
    if config.view == "sweep":
        return config.spec.tasks()
    if config.view == "atlas":
        return atlas_spec(config).tasks()
    if config.view == "cloud":
        return tuple(Task.of(here(config, key)) for key in config.estimators)
    return tuple(_smaller(task, config.replicates) for task in advice.tasks(question(config)))


def atlas_spec(config: LabConfig) -> AtlasSpec:
    """The atlas at the configuration's cost."""
    plain = config.spec.to_mapping()
    return AtlasSpec.create(**{name: plain[name] for name in ATLAS})


@functools.lru_cache(maxsize=64)
def question(config: LabConfig) -> Question:
    """The learner's own problem."""
    plain = config.spec.to_mapping()
    return Question.create(config.budget, **{name: plain[name] for name in advice.PROBLEM})


def find(view: str, task: Task) -> tuple[Row, ...] | Cloud:
    """Does a task, or remembers what it has found: thirty learners at one preset compute it once."""
    return _cloud(task) if view == "cloud" else _rows(task)


@functools.lru_cache(maxsize=4096)
def _rows(task: Task) -> tuple[Row, ...]:
    return run_task(task)


@functools.lru_cache(maxsize=128)
def _cloud(task: Task) -> Cloud:
    return cloud(task)


def here(config: LabConfig, estimator: str) -> Mapping[str, Any]:
    """The fields of `Config.create` of one estimator, nothing varied."""
    plain = config.base.to_mapping()
    known = config.spec.fields(estimator, config.spec.values[0])["hyperparameters"]
    return plain | {
        "estimators": [estimator],
        "hyperparameters": {name: value for name, value in dict(config.hyperparameters).items() if name in known},
    }


def _smaller(task: Task, replicates: int) -> Task:
    """With as many replicates as a page can afford, where it asked for more."""
    fields = json.loads(task.request)
    return Task.of(fields | {"replicates": min(fields["replicates"], replicates)}, task.over, task.value)
