"""What others see of a run: one moment of it, frozen."""

from dataclasses import dataclass

import numpy as np

from playground.config import Config
from playground.training.history import View
from playground.training.landscape import Landscape


@dataclass(frozen=True)
class Snapshot:
    """All that a viewer may see of a run at one moment. Arrays are read-only.

    Attributes:
      sequence: Grows with every snapshot.
      generation: Grows when the run starts anew, so that figures must be drawn anew.
      status: "running", "paused" or "diverged".
      cause: Why it diverged, in words, or None.
      config: As it is now, hot edits included.
      speed: Steps a second, `inf` for as fast as it goes.
      step: Steps done.
      theta: Each estimator's parameters, [E, P].
      grid, density, f: The density panel: [G], [E, G], [G].
      points, terms: Replicate 0 of the last step for each estimator, [M, S] and [M, P]; empty before the first step.
      history: What is kept of all the steps.
      exact_path: Where the exact gradient would have led from θ₀, [n, P].
      landscape: E[f] around it all, and its optimum.
    """

    sequence: int
    generation: int
    status: str
    cause: str | None
    config: Config
    speed: float
    step: int
    theta: np.ndarray
    grid: np.ndarray
    density: np.ndarray
    f: np.ndarray
    points: tuple[np.ndarray, ...]
    terms: tuple[np.ndarray, ...]
    history: View
    exact_path: np.ndarray
    landscape: Landscape

    def __post_init__(self) -> None:
        for array in (self.theta, self.grid, self.density, self.f, self.exact_path, *self.points, *self.terms):
            array.flags.writeable = False
