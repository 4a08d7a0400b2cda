"""Many estimates of one gradient as points, with the mean and the covariance of them all."""

from dataclasses import dataclass

import numpy as np

from playground import exact
from playground.estimators import ESTIMATORS
from playground.measure import blocks
from playground.sweeps.task import Task

MOST_POINTS = 600
TURNS = np.linspace(0.0, 2.0 * np.pi, 73)
DEVIATIONS = 2.0


@dataclass(frozen=True)
class Cloud:
    """The estimates of one estimator at one θ. Arrays are read-only.

    Attributes:
      estimator: Its key.
      names: The P elements of θ.
      points: The first estimates [n, P], n ≤ `MOST_POINTS`; none where it cannot run.
      mean, covariance: Of all R estimates, [P] and [P, P]; NaN where it cannot run or an estimate is not finite.
      exact: The exact gradient [P], NaN where it is not known.
      reason: None, or the sentence that says why it cannot run, or else why there is no exact gradient.
    """

    estimator: str
    names: tuple[str, ...]
    points: np.ndarray
    mean: np.ndarray
    covariance: np.ndarray
    exact: np.ndarray
    reason: str | None

    def __post_init__(self) -> None:
        for array in (self.points, self.mean, self.covariance, self.exact):
            array.flags.writeable = False

    @property
    def ran(self) -> bool:
        return len(self.points) > 0

    def ellipse(self, first: int, second: int) -> np.ndarray:
        """The outline [n, 2] of what lies within 2 standard deviations of the mean, in the plane of two elements."""
        pick = [first, second]
        center, block = self.mean[pick], self.covariance[np.ix_(pick, pick)]
        if not np.all(np.isfinite(block)):
            return np.full((len(TURNS), 2), np.nan)
        values, vectors = np.linalg.eigh(block)
        radii = DEVIATIONS * np.sqrt(np.maximum(values, 0.0))
        return center + np.stack([np.cos(TURNS), np.sin(TURNS)], axis=1) * radii @ vectors.T


def cloud(task: Task) -> Cloud:
    """The cloud of a task of a sweep; the same task gives the same points."""
    config = task.config()
    problem, estimator = config.problem, ESTIMATORS[config.estimators[0]]
    size, reason = len(problem.names), ESTIMATORS[config.estimators[0]].why_not(config.problem, config.draw)
    if reason is not None:
        nothing = np.full(size, np.nan)
        return Cloud(
            estimator.key, problem.names, np.zeros((0, size)), nothing, np.full((size, size), np.nan), nothing, reason
        )
    reference = exact.reference(problem, config.theta)
    rows = np.concatenate([found for found, _ in blocks(config)])
    with np.errstate(over="ignore", invalid="ignore"):
        mean, covariance = rows.mean(axis=0), np.cov(rows, rowvar=False).reshape(size, size)
    gradient = np.full(size, np.nan) if reference.reason else np.array(reference.gradient, np.float64)
    points = rows[:MOST_POINTS].copy()
    return Cloud(estimator.key, problem.names, points, mean, covariance, gradient, reference.reason)
