"""What charts see of a run on sequences at one moment."""

from dataclasses import dataclass

import numpy as np
import tensorflow as tf

from playground.sequences.config import SequenceConfig
from playground.sequences.series import Series
from playground.training.training import Moment

LEVELS = np.arange(0.05, 1.0, 0.05)
BANDS = {50: 0.6744897501960817, 90: 1.6448536269514722}
"""Central bands in per cent, and how many standard deviations they reach to either side."""


@dataclass(frozen=True)
class SequenceMoment(Moment):
    """A moment of a run. Arrays are read-only; values are in the units that the series came in.

    Attributes:
      series: What is learnt.
      time: The indices of the values in view, [n].
      values: The values there.
      held_out: How many of them, at the end, are held out.
      loc, scale: The law of each, forecast from what came before it, [n].
      futures: Drawn step by step from the end of the training part, [paths, horizon]; drawn values are fed back.
      layers: The rows of the gradient's statistics, L names.
      norm, variance: Of the last step's gradient, [L]; NaN before the first step.
    """

    series: Series
    time: np.ndarray
    values: np.ndarray
    held_out: int
    loc: np.ndarray
    scale: np.ndarray
    futures: np.ndarray
    layers: tuple[str, ...]
    norm: np.ndarray
    variance: np.ndarray

    def __post_init__(self) -> None:
        for array in (self.time, self.values, self.loc, self.scale, self.futures, self.norm, self.variance):
            array.flags.writeable = False

    def band(self, percent: int) -> tuple[np.ndarray, np.ndarray]:
        """The lower and the upper end of a central band, [n] each."""
        reach = BANDS[percent] * self.scale
        return self.loc - reach, self.loc + reach

    def coverage(self, held_out: bool) -> np.ndarray:
        """The share of values within their central band, for each of `LEVELS`, [19]: the levels, where calibrated."""
        part = slice(len(self.time) - self.held_out, None) if held_out else slice(0, len(self.time) - self.held_out)
        return coverage(self.values[part], self.loc[part], self.scale[part])

    def best_coverage(self) -> np.ndarray | None:
        """The same for the best of all Normal forecasts of the held-out values; None where the law is not known.

        A law that is no Normal's own is not calibrated even so: no Normal can have each of its bands right.
        """
        if self.series.best_normal is None:
            return None
        loc, scale = self.series.best_normal[:, len(self.time) - self.held_out :]
        return coverage(self.values[len(self.time) - self.held_out :], loc, scale)


def coverage(values: np.ndarray, loc: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """The share of values [n] within the central band of their Normal, for each of `LEVELS`."""
    with np.errstate(divide="ignore", invalid="ignore"):
        apart = np.abs(values - loc) / scale
    # |z| lies within the central band of level p exactly when 2 Φ(|z|) − 1 = erf(|z| / √2) ≤ p.
    return np.mean(tf.math.erf(apart / np.sqrt(2.0)).numpy()[:, np.newaxis] <= LEVELS, axis=0)


@dataclass(frozen=True)
class SequenceScene:
    """What stays the same while a generation is drawn.

    Attributes:
      moment: The one the scene was set by.
    """

    moment: SequenceMoment

    @property
    def config(self) -> SequenceConfig:
        return self.moment.config
