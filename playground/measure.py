"""R replicates of any estimator at one θ: their mean, spread and distance from the exact gradient."""

import time
from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow as tf

from playground import exact
from playground.config import Config, is_static
from playground.estimators import ESTIMATORS

BLOCK_ELEMENTS = 2**19
WARM_UP = 100
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
    unbiased: bool
    caution: str | None
    gradients_per_second: float

    @property
    def z(self) -> np.ndarray:
        """(mean − exact) / standard error, [P]; NaN without an exact value, or with no noise but rounding."""
        noisy = np.sqrt(self.variance) > ROUNDING * np.abs(self.mean)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(noisy, (self.mean - self.exact) / self.standard_error, np.nan)


def measure(config: Config) -> Measurement:
    """Measures the first estimator of a configuration at its θ₀.

    An estimator with a state (a running mean) is first run `WARM_UP` steps at θ₀ with a single replicate. Memory is
    bounded: replicates come in blocks.
    """
    problem, estimator = config.problem, ESTIMATORS[config.estimators[0]]
    hyperparameters = {
        name: int(value) if is_static(name) else tf.constant(value, tf.float32)
        for name, value in config.hyperparameters
    }
    parameters = problem.unpack(tf.constant(config.theta, tf.float32))
    state = estimator.init(problem, hyperparameters)

    def seed(index: int) -> tf.Tensor:
        return tf.constant([config.seed, index])

    def estimate(state: Any, index: int, replicates: int) -> tuple[np.ndarray, Any]:
        draw = type(config.draw)(config.samples, replicates, config.sampling)
        result, new_state = estimator.estimate(problem, hyperparameters, state, parameters, seed(index), draw)
        return result.gradients(problem).numpy().astype(np.float64), new_state

    if state:
        for index in range(WARM_UP):
            _, state = estimate(state, -1 - index, 1)
    size = len(problem.names)
    block = max(1, min(config.replicates, BLOCK_ELEMENTS // (config.samples * size)))
    count, mean, squares = 0, np.zeros(size), np.zeros(size)
    estimate(state, 0, min(2, block))  # TensorFlow's first use of an operation is slow, and not what is timed.
    started = time.perf_counter()
    for index, first in enumerate(range(0, config.replicates, block)):
        rows, _ = estimate(state, index, min(block, config.replicates - first))
        with np.errstate(over="ignore", invalid="ignore"):  # What is not finite stays so, and is told as such.
            # From the first row on: replicates without noise then have a variance of exactly 0.
            deviation = rows - rows[0]
            center = deviation.mean(axis=0)
            # Chan's update: means and squares of two sets make those of their union without cancellation.
            delta, total = rows[0] + center - mean, count + len(rows)
            squares += ((deviation - center) ** 2).sum(axis=0) + delta**2 * (count * len(rows) / total)
            mean += delta * (len(rows) / total)
            count = total
    elapsed = time.perf_counter() - started
    variance = squares / (count - 1)
    reference = exact.reference(problem, config.theta)
    return Measurement(
        parameters=problem.names,
        exact=np.full(size, np.nan) if reference.reason else reference.gradient,
        exact_reason=reference.reason,
        mean=mean,
        standard_error=np.sqrt(variance / count),
        variance=variance,
        unbiased=estimator.unbiased(problem),
        caution=estimator.caution(problem),
        gradients_per_second=count / max(elapsed, 1e-9),
    )
