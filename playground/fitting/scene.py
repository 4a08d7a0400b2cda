"""What the Zoo page's charts draw: the first moment of a generation, and a colour for each component."""

from dataclasses import dataclass

import numpy as np

from playground.chart import COLORS
from playground.fitting.config import FitConfig
from playground.fitting.learnable import Learnable
from playground.fitting.moment import FitMoment
from playground.target import Target
from playground.targets import TARGETS
from playground.zoo import ZOO

MODEL = COLORS[0]
SHADES = 41


@dataclass(frozen=True)
class FitScene:
    """What stays the same while a generation of a fit is drawn.

    Attributes:
      moment: The one the scene was set by.
      names: Of the D elements of a row.
    """

    moment: FitMoment
    names: tuple[str, ...]

    @classmethod
    def of(cls, moment: FitMoment) -> "FitScene":
        size = moment.sizes.event_size
        names = tuple(f"z[{index}]" for index in range(size)) if moment.sample is None else moment.sample.columns
        return cls(moment, names)

    @property
    def config(self) -> FitConfig:
        return self.moment.config

    @property
    def learnable(self) -> Learnable:
        return ZOO[self.config.model]

    @property
    def target(self) -> Target | None:
        return TARGETS.get(self.config.target)

    @property
    def components(self) -> int:
        """How many there are to tell apart; 1 where there are none."""
        return self.moment.responsibilities.shape[1] if self.moment.responsibilities.size else self.config.components

    @property
    def flat(self) -> bool:
        """Whether the density is drawn over a plane, as opposed to a line."""
        return len(self.moment.axes) == 2


def color_of(component: int) -> str:
    """Of a component, the same in every chart."""
    return COLORS[component % len(COLORS)]


def ellipse(loc: np.ndarray, covariance: np.ndarray, deviations: float = 2.0) -> np.ndarray:
    """The curve on which a Normal in a plane is that many standard deviations from its mean: [2, SHADES]."""
    values, vectors = np.linalg.eigh(covariance)
    angle = np.linspace(0.0, 2.0 * np.pi, SHADES)
    circle = np.stack([np.cos(angle), np.sin(angle)])
    return loc[:, np.newaxis] + deviations * (vectors * np.sqrt(np.maximum(values, 0.0))) @ circle
