"""What the lab's charts draw: the first moment of a generation, with a colour for each estimator."""

from dataclasses import dataclass

from playground.chart import Lane, lanes_of
from playground.lab.config import LabConfig
from playground.lab.measures import MEASURES, Measure
from playground.lab.plan import tasks
from playground.lab.training import LabMoment
from playground.sweeps.row import ALL


@dataclass(frozen=True)
class LabScene:
    """What stays the same while a generation is drawn.

    Attributes:
      moment: The one the scene was set by.
      lanes: The configuration's estimators; for the advice, all that are measured.
    """

    moment: LabMoment
    lanes: tuple[Lane, ...]

    @classmethod
    def of(cls, moment: LabMoment) -> "LabScene":
        config = moment.config
        able = tuple(task.estimator for task in tasks(config)) if config.view == "advice" else config.estimators
        return cls(moment, lanes_of(able))

    @property
    def config(self) -> LabConfig:
        return self.moment.config

    @property
    def measure(self) -> Measure:
        return MEASURES[self.config.measure]

    @property
    def element(self) -> str:
        """What is looked at: an element of θ, or all of them where what is drawn has no elements."""
        return self.config.show if self.measure.elements else ALL
