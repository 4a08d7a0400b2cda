"""One cell of a sweep: an estimator at one value. Small, frozen, JSON and pickle; what it finds hangs on it alone."""

import functools
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import tensorflow as tf

from playground import exact, quadrature
from playground.commands.measure import request_of
from playground.commands.options import outside
from playground.config import Config
from playground.estimators import ESTIMATORS
from playground.measure import ROUNDING, Measurement, measure
from playground.nodes import Nodes
from playground.sweeps.row import ALL, Row, finite

AGREEMENT = 1e-6  # Relative difference of two quadratures of a variance at which it is given out as exact,
REFINED = 4  # the second with so many times the nodes.
KEPT = 64  # Exact values that a process remembers: the estimators of a value share them.


@dataclass(frozen=True)
class Task:
    """What is to be measured, as JSON text and keys, so that any process can be handed it.

    Attributes:
      request: The fields of `playground.config.Config.create` as JSON, names sorted; one estimator.
      over, value: What is varied, and to which value; None in an atlas.
    """

    request: str
    over: str | None = None
    value: float | None = None

    @classmethod
    def of(cls, fields: Mapping[str, Any], over: str | None = None, value: float | None = None) -> "Task":
        """From plain values by the names of `Config.create`."""
        return cls(json.dumps(dict(fields), sort_keys=True), over, value)

    @property
    def key(self) -> str:
        """What it is, as one line of JSON: two tasks of one key find the same."""
        return json.dumps(asdict(self), sort_keys=True)

    @property
    def estimator(self) -> str:
        return str(json.loads(self.request)["estimators"][0])

    @property
    def family(self) -> str:
        return str(json.loads(self.request)["family"])

    def config(self) -> Config:
        """Whatever its estimator says to it.

        Raises:
          InvalidInput: If its values are none.
        """
        return Config.create(**json.loads(self.request), must_run=False)


def run_task(task: Task) -> tuple[Row, ...]:
    """Measures a task: a row an element of θ, then one for all; or one row with the reason why it cannot run.

    The same task gives the same numbers, but for the columns `TIMED`.
    """
    config = task.config()
    request = json.dumps(request_of(config), sort_keys=True)
    reason = ESTIMATORS[config.estimators[0]].why_not(config.problem, config.draw) or outside(
        config.problem, np.asarray(config.theta, np.float32).tolist()
    )
    if reason is not None:
        return (_row(task, config, request, ALL, {"reason": reason}),)
    measurement = measure(config, _reference(config.bare()))
    variances = _exact_variance(config) if measurement.exact_reason is None else None
    speed = {"seconds_per_gradient": 1.0 / measurement.gradients_per_second}
    rows = (*_elements(measurement, variances), _whole(measurement, variances))
    return tuple(_row(task, config, request, name, {**numbers, **speed}, measurement) for name, numbers in rows)


@functools.lru_cache(KEPT)
def _reference(bare: Config) -> exact.Reference:
    return exact.reference(bare.problem, bare.theta)


@functools.lru_cache(KEPT)
def _nodes(bare: Config) -> tuple[Nodes, Nodes]:
    """Of two quadratures, the second finer; twice the same where there is a sum and nothing to refine."""
    theta = tf.constant([bare.theta], tf.float64)
    coarse = exact.nodes(bare.problem, theta)
    if bare.problem.family.discrete:
        return coarse, coarse
    return coarse, exact.nodes(bare.problem, theta, REFINED * quadrature.ORDER)


def _exact_variance(config: Config) -> np.ndarray | None:
    """Of one estimate [P], where the estimator knows it and two quadratures of it agree.

    It is told K alone. What an estimator's own numbers add (an optimal baseline from a finite pilot) is not in it.
    """
    estimator = ESTIMATORS[config.estimators[0]]
    known = estimator.exact_variance
    if known is None or estimator.hyperparameters or config.sampling != "independent" or config.problem.family.vector:
        return None
    found = [known(nodes, config.samples) for nodes in _nodes(config.bare())]
    if any(variance is None for variance in found):
        return None
    coarse, fine = (variance.numpy()[0] for variance in found)
    return fine if np.all(np.abs(coarse - fine) <= AGREEMENT * np.abs(fine).sum()) else None


def _elements(found: Measurement, variances: np.ndarray | None) -> list[tuple[str, dict[str, Any]]]:
    columns = {
        "exact": found.exact,
        "mean": found.mean,
        "mean_error": found.standard_error,
        "bias_squared": found.bias_squared,
        "bias_squared_error": found.bias_squared_error,
        "variance": found.variance,
        "variance_error": found.variance_error,
        "mean_squared_error": found.mean_squared_error,
    }
    columns |= {} if variances is None else {"exact_variance": variances}
    return [
        (parameter, {name: values[index] for name, values in columns.items()})
        for index, parameter in enumerate(found.parameters)
    ]


def _whole(found: Measurement, variances: np.ndarray | None) -> tuple[str, dict[str, Any]]:
    numbers = {
        "exact": np.linalg.norm(found.exact),
        "mean": np.linalg.norm(found.mean),
        "bias_squared": found.bias_squared.sum(),
        # Elements may move together: the sum of their errors is the most that the error of the sum can be.
        "bias_squared_error": found.bias_squared_error.sum(),
        "variance": found.variance.sum(),
        "variance_error": found.total_variance_error,
        "mean_squared_error": found.mean_squared_error.sum(),
        "cosine": found.cosine,
        "cosine_error": found.cosine_error,
    }
    return ALL, numbers | ({} if variances is None else {"exact_variance": variances.sum()})


def _row(
    task: Task, config: Config, request: str, name: str, numbers: Mapping[str, Any], found: Measurement | None = None
) -> Row:
    values: dict[str, Any] = dict.fromkeys(Row.__dataclass_fields__)
    values |= {key: value if isinstance(value, str) else finite(value) for key, value in numbers.items()}
    if found is not None:
        variance, seconds = values["variance"], values["seconds_per_gradient"]
        values["evaluations"], values["unbiased"] = found.evaluations, bool(found.unbiased)
        values["reason"] = found.exact_reason
        if variance is not None:
            values["variance_times_evaluations"] = variance * found.evaluations
            values["variance_times_seconds"] = variance * seconds
            mean = abs(values["mean"])
            if variance**0.5 > ROUNDING * mean:
                values["signal_to_noise"] = mean / variance**0.5
    values |= {
        "family": config.family,
        "cost": config.cost,
        "estimator": config.estimators[0],
        "over": task.over,
        "value": task.value,
        "samples": config.samples,
        "replicates": config.replicates,
        "parameter": name,
        "config": request,
    }
    return Row(**values)
