"""What viewers see of a model of layers at one moment."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from playground.layers.config import LayersConfig
from playground.training.training import Moment


@dataclass(frozen=True)
class LayersMoment(Moment):
    """A moment of a training on the Layers page. Arrays are read-only.

    Attributes:
      config: As it is now, hot edits included.
      groups: What gradients are reported for: the elements of parameters, then the variables.
      parameters: How many of the groups are elements of parameters.
      connected: For each group, whether any path leads to it from the loss; the tape answers None where none does.
      exact_known: Whether the gradient's exact value is known.
      weights: The trainable weights by name.
      picture: What the dominant chart shows, as of the model's `Built.picture`.
      probe: Mean, variance, exact value and largest absolute value of the gradient, [4, G], as of `steps.Probe`.
      probed: The step at which the probe was taken; −1 before there is one.
    """

    config: LayersConfig
    groups: tuple[str, ...]
    parameters: int
    connected: tuple[bool, ...]
    exact_known: bool
    weights: Mapping[str, np.ndarray]
    picture: Mapping[str, np.ndarray]
    probe: np.ndarray
    probed: int

    def __post_init__(self) -> None:
        for array in (self.probe, *self.weights.values(), *self.picture.values()):
            array.flags.writeable = False


@dataclass(frozen=True)
class GradientRow:
    """One row of the table of gradients.

    Attributes:
      name: An element of a parameter, or a variable.
      flow: "value", "None" (no path from the loss) or "zero" (a path, and zeros in all draws).
      mean, variance: Over the draws; of a variable the norm of its mean gradient, and its variances added up.
      exact: What `mean` estimates; NaN where unknown.
      errors: How many standard errors the mean of a parameter is away from `exact`; NaN where that means nothing.
    """

    name: str
    flow: str
    mean: float
    variance: float
    exact: float
    errors: float


def gradient_rows(moment: LayersMoment, draws: int) -> list[GradientRow]:
    """The table of gradients, as the newest probe has it; empty before there is one.

    Args:
      moment: Of a training.
      draws: R, over how many draws it was taken.
    """
    if moment.probed < 0:
        return []
    rows = []
    for index, (name, connected) in enumerate(zip(moment.groups, moment.connected, strict=True)):
        mean, variance, exact, largest = map(float, moment.probe[:, index])
        flow = "None" if not connected else "value" if largest > 0.0 else "zero"
        spread = np.sqrt(variance / draws)
        is_number = index < moment.parameters and flow == "value" and spread > 0.0
        rows.append(
            GradientRow(name, flow, mean, variance, exact, float((mean - exact) / spread) if is_number else np.nan)
        )
    return rows
