"""What can be varied in the lab, and from where to where where nobody says it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from playground.config import Config, hyperparameters_of, is_static
from playground.estimator import Estimator
from playground.parameter import Parameter
from playground.problem import Family
from playground.sweeps.spec import DIMENSION

MOST_SAMPLES = 1000
DECADES = 20.0  # A range whose ends are so many times apart is spread over a log scale.
ROOM = 0.05  # Of a range, between an end that another parameter gives and the first value.


@dataclass(frozen=True)
class Range:
    """What values something may take, and where a sweep of it begins and ends by default.

    Attributes:
      low, high: The default ends.
      least, most: What can be asked for at all.
      scale: "linear" or "log".
      whole: Whether its values are whole numbers.
    """

    low: float
    high: float
    least: float
    most: float
    scale: str
    whole: bool = False

    def values(self, low: float, high: float, count: int, scale: str) -> list[float]:
        """So many values from end to end, rounded where they are whole; what is there twice then is left out."""
        spread = np.geomspace if scale == "log" else np.linspace
        found = spread(low, high, count)
        found[0], found[-1] = low, high
        if self.whole:
            return sorted({float(round(value)) for value in found})
        return [float(f"{value:.6g}") for value in found]


def ranges(config: Config, plugins: Sequence[Estimator]) -> dict[str, Range]:
    """All that can be varied, by name: elements of θ, the cost's parameters, K, hyperparameters, the dimension."""
    family = config.problem.family
    found: dict[str, Range] = {}
    for parameter, (_, values) in zip(family.parameters, config.params, strict=True):
        low, high = _between(family, parameter, dict(config.params))
        for name in parameter.element_names(len(values)):
            found[name] = _range(parameter, low, high)
    for parameter in config.problem.cost.parameters:
        found[parameter.name] = _range(parameter, parameter.minimum, parameter.maximum)
    found["samples"] = Range(2.0, 64.0, 1.0, MOST_SAMPLES, "log", whole=True)
    for parameter in hyperparameters_of(list(plugins)).values():
        found[parameter.name] = _range(parameter, parameter.minimum, parameter.maximum, whole=is_static(parameter.name))
    lengths = [p.lengths for p in family.parameters if p.lengths is not None and p.lengths[0] < p.lengths[1]]
    if lengths:
        shortest, longest = max(low for low, _ in lengths), min(high for _, high in lengths)
        found[DIMENSION] = Range(shortest, longest, shortest, longest, "linear", whole=True)
    return found


def _range(parameter: Parameter, low: float, high: float, whole: bool = False) -> Range:
    scale = "log" if low > 0.0 and high / low >= DECADES else "linear"
    return Range(low, high, parameter.minimum, parameter.maximum, scale, whole)


def _between(family: Family, parameter: Parameter, params: dict[str, tuple[float, ...]]) -> tuple[float, float]:
    """The ends of a parameter's range, moved where other parameters must stay below or above it."""
    low, high = parameter.minimum, parameter.maximum
    room = ROOM * (high - low)
    if parameter.constraint.above is not None:
        low = max(low, max(params[parameter.constraint.above]) + room)
    for other in family.parameters:
        if other.constraint.above == parameter.name:
            high = min(high, min(params[other.name]) - room)
    return low, high
