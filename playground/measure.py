"""R replicates of any estimator at one θ: their mean, spread and distance from the exact gradient."""

import functools
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow as tf

from playground import exact
from playground.config import Config, is_static
from playground.estimator import Draw, Estimate
from playground.estimators import ESTIMATORS
from playground.spread import Spread
from playground.training.compiled import Compiled

BLOCK_ELEMENTS = 2**19
WARM_UP = 100
NEGLIGIBLE = 1e-9  # A gradient of this share of an estimate's length is 0 but for the quadrature's rounding.
ROUNDING = 4.0 * float(np.finfo(np.float32).eps)  # Relative spread of replicates that differ by rounding alone.


@dataclass(frozen=True)
class Measurement:
    """What R replicates of one estimator show.

    Attributes:
      parameters: The P names.
      exact: The exact gradient [P], NaN where there is none.
      exact_reason: Why there is none, or None.
      mean, standard_error: Of the replicates, [P]; NaN where a replicate's gradient is not finite.
      variance: Of one estimate, over the replicates (R − 1 in the denominator), [P].
      variance_error: The standard error of `variance`, [P].
      total_variance_error: That of the sum of the variances over the P elements, which vary together.
      cosine, cosine_error: The mean cosine of the angle between one estimate and the exact gradient, and its standard
        error; an estimate of exactly 0 counts as 0. NaN without an exact gradient, or where that is 0.
      evaluations: Of f, for one estimate.
      unbiased: Whether the estimator claims that mean − exact is noise.
      caution: What is wrong where theory would have it unbiased and it is not, or None.
      gradients_per_second: Replicates drawn per second of the wall clock.
    """

    parameters: tuple[str, ...]
    exact: np.ndarray
    exact_reason: str | None
    mean: np.ndarray
    standard_error: np.ndarray
    variance: np.ndarray
    variance_error: np.ndarray
    total_variance_error: float
    cosine: float
    cosine_error: float
    evaluations: int
    unbiased: bool
    caution: str | None
    gradients_per_second: float

    @property
    def z(self) -> np.ndarray:
        """(mean − exact) / standard error, [P]; NaN without an exact value, or with no noise but rounding."""
        noisy = np.sqrt(self.variance) > ROUNDING * np.abs(self.mean)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(noisy, (self.mean - self.exact) / self.standard_error, np.nan)

    @property
    def bias_squared(self) -> np.ndarray:
        """(mean − exact)² less what the mean's own noise puts into it, [P]: without bias, so it may be below 0."""
        return (self.mean - self.exact) ** 2 - self.standard_error**2

    @property
    def bias_squared_error(self) -> np.ndarray:
        """The standard error of `bias_squared`, [P], with the mean taken as Normal."""
        bias = np.maximum(self.bias_squared, 0.0)
        return np.sqrt(4.0 * bias * self.standard_error**2 + 2.0 * self.standard_error**4)

    @property
    def mean_squared_error(self) -> np.ndarray:
        """E[(estimate − exact)²], [P]: the mean over the replicates, which is `variance` + `bias_squared`."""
        return self.variance + self.bias_squared


def measure(config: Config, known: exact.Reference | None = None) -> Measurement:
    """Measures the first estimator of a configuration at its θ₀.

    Args:
      config: What is measured.
      known: The exact values there, where the caller has them already.
    """
    problem, estimator = config.problem, ESTIMATORS[config.estimators[0]]
    reference = exact.reference(problem, config.theta) if known is None else known
    gradient = np.full(len(problem.names), np.nan) if reference.reason else reference.gradient
    elements: list[Spread] = []
    summaries: list[Spread] = []
    elapsed = 0.0
    for rows, seconds in blocks(config):
        elapsed += seconds
        elements.append(Spread.of(rows))
        summaries.append(Spread.of(_summaries(rows, elements[0].mean, gradient)))
    found, summary = (functools.reduce(Spread.joined, spreads) for spreads in (elements, summaries))
    length = np.sqrt(np.sum(found.variance + found.mean**2))
    pointed = np.linalg.norm(gradient) > NEGLIGIBLE * length
    return Measurement(
        parameters=problem.names,
        exact=gradient,
        exact_reason=reference.reason,
        mean=found.mean,
        standard_error=found.standard_error,
        variance=found.variance,
        variance_error=found.variance_error,
        total_variance_error=float(summary.standard_error[0]),
        cosine=float(summary.mean[1]) if pointed else np.nan,
        cosine_error=float(summary.standard_error[1]) if pointed else np.nan,
        evaluations=int(estimator.evaluations(problem, dict(config.hyperparameters), config.samples)),
        unbiased=estimator.unbiased(problem),
        caution=estimator.caution(problem),
        gradients_per_second=found.count / max(elapsed, 1e-9),
    )


def blocks(config: Config) -> Iterator[tuple[np.ndarray, float]]:
    """The R replicates of the first estimator of a configuration at its θ₀.

    An estimator with a state (a running mean) is first run `WARM_UP` steps at θ₀ with a single replicate. Memory is
    bounded: replicates come in blocks.

    Yields:
      Gradients [n, P], float64, and the seconds that they took.
    """
    problem, estimator = config.problem, ESTIMATORS[config.estimators[0]]
    hyperparameters = {
        name: int(value) if is_static(name) else tf.constant(value, tf.float32)
        for name, value in config.hyperparameters
    }
    parameters = problem.unpack(tf.constant(config.theta, tf.float32))
    state = estimator.init(problem, hyperparameters)

    def estimate(state: Any, seed: tf.Tensor, replicates: int) -> tuple[Estimate, Any]:
        draw = Draw(config.samples, replicates, config.sampling)
        return estimator.estimate(problem, hyperparameters, state, parameters, seed, draw)

    def warmed_up(state: Any) -> Any:
        def step(index: tf.Tensor, state: Any) -> tuple[tf.Tensor, Any]:
            new_state = estimate(state, tf.stack([config.seed, -1 - index]), 1)[1]
            return index + 1, {name: new_state[name] for name in state}

        return tf.while_loop(lambda index, _: index < WARM_UP, step, (tf.constant(0), state), parallel_iterations=1)[1]

    def rows_of(index: int, replicates: int) -> np.ndarray:
        found = estimate(state, tf.constant([config.seed, index]), replicates)[0]
        return found.gradients(problem).numpy().astype(np.float64)

    if state:
        state = Compiled(warmed_up)(dict(state))  # one by one, these steps would take ten times as long
    block = max(1, min(config.replicates, BLOCK_ELEMENTS // (config.samples * len(problem.names))))
    rows_of(0, min(2, block))  # TensorFlow's first use of an operation is slow, and not what is timed.
    for index, first in enumerate(range(0, config.replicates, block)):
        started = time.perf_counter()
        rows = rows_of(index, min(block, config.replicates - first))
        yield rows, time.perf_counter() - started


def _summaries(rows: np.ndarray, center: np.ndarray, gradient: np.ndarray) -> np.ndarray:
    """Two numbers of each row [R, 2]: its squared distance from (nearly) the mean, and its cosine to the gradient."""
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        lengths = np.linalg.norm(rows, axis=1)
        cosine = np.where(lengths == 0.0, 0.0, rows @ gradient / (lengths * np.linalg.norm(gradient)))
        return np.stack([((rows - center) ** 2).sum(axis=1), cosine], axis=1)
