"""The variance of every objective's gradient at one φ: measured, exact where that is known, and beside STL's."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import tensorflow as tf

from playground.inference.approximation import Surrogate
from playground.objectives import OBJECTIVES
from playground.target import Target

YARDSTICK = "sticking_the_landing"


class Spread(NamedTuple):
    """One objective's gradient at one φ.

    Attributes:
      goal: What it estimates; variances are comparable where goals are alike.
      mean, variance: Over the replicates, [P].
      exact: The variance by quadrature, [P], or None where it is not known.
      ratio: The variances of all elements added up, exact where known, over those of sticking the landing; infinite
        where that one is silent.
    """

    goal: str
    mean: np.ndarray
    variance: np.ndarray
    exact: np.ndarray | None
    ratio: float


def spreads(
    target: Target,
    surrogate: Surrogate,
    phi: Sequence[float] | np.ndarray,
    samples: int,
    replicates: int = 2000,
    seed: int = 0,
) -> dict[str, Spread]:
    """The spread of every objective that can run, by key, all with the same K and seed.

    Args:
      target, surrogate: The problem.
      phi: [P].
      samples, replicates: K, of an estimate, and R, over which the spread is measured.
      seed: Of the draws.
    """
    at, tempering = tf.constant(np.asarray(phi, np.float32)), tf.constant(1.0)
    found: dict[str, tuple[str, np.ndarray, np.ndarray, np.ndarray | None]] = {}
    for key, objective in OBJECTIVES.items():
        if objective.why_not(target, surrogate.approximation, samples) is not None:
            continue
        estimate = objective.gradients(target, surrogate, at, tf.constant([seed, 0]), samples, replicates, tempering)
        rows = estimate.gradients.numpy().astype(np.float64)
        known = None if objective.exact_variance is None else objective.exact_variance(target, surrogate, at, samples)
        exact = None if known is None else known.numpy()
        found[key] = (objective.goal_at(samples), rows.mean(axis=0), rows.var(axis=0, ddof=1), exact)

    def total(variance: np.ndarray, exact: np.ndarray | None) -> float:
        return float(np.sum(variance if exact is None else exact))

    yardstick = total(*found[YARDSTICK][2:])
    return {
        key: Spread(*row, ratio=total(*row[2:]) / yardstick if yardstick > 0.0 else float("inf"))
        for key, row in found.items()
    }
