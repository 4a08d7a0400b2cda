"""What the charts of the page on variational inference draw: the first moment of a generation, and its lanes."""

from dataclasses import dataclass

from playground.chart import Lane, lanes_of
from playground.inference.config import InferenceConfig
from playground.inference.training import InferenceMoment
from playground.objectives import OBJECTIVES
from playground.target import Target
from playground.targets import TARGETS


@dataclass(frozen=True)
class InferenceScene:
    """What stays the same while a generation of a run is drawn.

    Attributes:
      moment: The one the scene was set by.
      lanes: One for each objective.
    """

    moment: InferenceMoment
    lanes: tuple[Lane, ...]

    @classmethod
    def of(cls, moment: InferenceMoment) -> "InferenceScene":
        keys = moment.config.objectives
        return cls(moment, lanes_of(keys, OBJECTIVES))

    @property
    def config(self) -> InferenceConfig:
        return self.moment.config

    @property
    def target(self) -> Target:
        return TARGETS[self.config.target]
