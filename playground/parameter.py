"""What a learner sets: numbers with a name, a range and the set they must lie in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import tensorflow as tf

Parameters = Mapping[str, tf.Tensor]
"""Parameter values by TFP's names. A scalar parameter has shape [...], a vector of n has [..., n]."""


@dataclass(frozen=True)
class Constraint:
    """The set a parameter lives in: all numbers, or those above 0 or above another parameter, by way of a softplus.

    It is data and not a bijector object, because the map of all parameters together is then two operations in every
    step of every run, where TFP's bijectors take some twenty.

    Attributes:
      text: Completes "must be …".
      bounded: Whether there is a lower bound.
      above: The scalar parameter, named before this one, that is the bound; None for 0.
    """

    text: str
    bounded: bool = False
    above: str | None = None

    def holds(self, value: Any, earlier: Mapping[str, Any]) -> Any:
        """Whether a finite number lies in the set, given the values of the parameters named before; or which of many
        do, given arrays of them, where a plain True is all."""
        return not self.bounded or value > (0.0 if self.above is None else earlier[self.above])


REAL = Constraint("a finite number")
POSITIVE = Constraint("positive", bounded=True)


def above(other: str) -> Constraint:
    """A parameter that must exceed the scalar parameter `other`, named before it."""
    return Constraint(f"above `{other}`", bounded=True, above=other)


@dataclass(frozen=True)
class Parameter:
    """One named number, or vector of numbers, that a learner can set.

    Attributes:
      name: As TFP names it.
      default: A float, or a tuple of floats for a vector.
      minimum, maximum: The range that menus offer, for each element. The command line accepts all that is valid.
      latex: Its symbol.
      constraint: The set it lives in.
      lengths: For a vector, the shortest and the longest it may be; None for a scalar.
      elements: For a vector of one length only whose elements differ: what follows `name` in the name of each, the set
        that each lives in, in place of `constraint`, and in place of `minimum` where its menu begins.
    """

    name: str
    default: float | tuple[float, ...]
    minimum: float
    maximum: float
    latex: str
    constraint: Constraint = REAL
    lengths: tuple[int, int] | None = None
    elements: tuple[tuple[str, Constraint, float], ...] = ()

    def element_names(self, size: int) -> tuple[str, ...]:
        """`("loc",)` for a scalar, `("logits[0]", "logits[1]", …)` for a vector of `size`."""
        if self.elements:
            return tuple(f"{self.name}{suffix}" for suffix, _, _ in self.elements)
        return (self.name,) if self.lengths is None else tuple(f"{self.name}[{i}]" for i in range(size))

    def constraints(self, size: int) -> tuple[Constraint, ...]:
        """The set that each of `size` elements lives in."""
        return tuple(constraint for _, constraint, _ in self.elements) or (self.constraint,) * size

    def minimums(self, size: int) -> tuple[float, ...]:
        """Where the menu of each of `size` elements begins."""
        return tuple(minimum for _, _, minimum in self.elements) or (self.minimum,) * size

    def wrong_element(
        self, values: Sequence[float], earlier: Mapping[str, Any]
    ) -> tuple[str, Constraint, float] | None:
        """The first value that is outside its set, as its element's name, the set and the value; None if all are in."""
        names = self.element_names(len(values)) if self.elements else (self.name,) * len(values)
        for name, constraint, value in zip(names, self.constraints(len(values)), values, strict=True):
            if not constraint.holds(value, earlier):
                return name, constraint, value
        return None
