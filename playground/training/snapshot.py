"""What others see of a run on the Play page: one moment of it, frozen."""

from dataclasses import dataclass

import numpy as np

from playground.config import Config
from playground.training.landscape import Landscape
from playground.training.training import Moment
from playground.training.truth import Held


@dataclass(frozen=True)
class Snapshot(Moment):
    """A moment of a race of gradient estimators. Arrays are read-only.

    Attributes:
      config: As it is now, hot edits included.
      theta: Each estimator's parameters, [E, P].
      grid, density, f: The density panel: [G], [E, G], [G]; of vectors as `playground.training.picture` says.
      held: For each estimator what it has learned to hold against f, over the grid; None for those that learn nothing.
      points, terms: Replicate 0 of the last step for each estimator, [M, S] and [M, P]; empty before the first step.
        Of vectors the points are [M, S, D].
      exact_path: Where the exact gradient would have led from θ₀, [n, P].
      landscape: E[f] around it all, and its optimum.
    """

    config: Config
    theta: np.ndarray
    grid: np.ndarray
    density: np.ndarray
    f: np.ndarray
    held: tuple[Held | None, ...]
    points: tuple[np.ndarray, ...]
    terms: tuple[np.ndarray, ...]
    exact_path: np.ndarray
    landscape: Landscape

    def __post_init__(self) -> None:
        held = [one.curve for one in self.held if one is not None]
        for array in (self.theta, self.grid, self.density, self.f, self.exact_path, *held, *self.points, *self.terms):
            array.flags.writeable = False
