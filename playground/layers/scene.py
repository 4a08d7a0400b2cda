"""What the Layers page's charts draw: the first moment of a generation, and a colour for each gradient."""

from dataclasses import dataclass

from playground.chart import COLORS, DASHES
from playground.layers.config import LayersConfig
from playground.layers.model import LayersModel
from playground.layers.moment import LayersMoment


@dataclass(frozen=True)
class LayersScene:
    """What stays the same while a generation of a training is drawn.

    Attributes:
      moment: The one the scene was set by.
    """

    moment: LayersMoment

    @property
    def config(self) -> LayersConfig:
        return self.moment.config

    @property
    def plugin(self) -> LayersModel:
        return self.config.plugin

    def line(self, group: int) -> dict[str, object]:
        """The colour and the dash of a group's curves, the same in every chart."""
        return {
            "color": COLORS[group % len(COLORS)],
            "dash": DASHES[(group // len(COLORS)) % len(DASHES)],
            "width": 1.8,
        }
