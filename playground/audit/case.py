"""What is audited: a TFP distribution, how it is made from its parameters, and where its probability lies."""

import inspect
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import tensorflow as tf
from tensorflow_probability import distributions as tfd

from playground.audit.costs import LINE
from playground.audit.measure import Measured, quadrature

Point = Mapping[str, Any]
"""Plain parameter values by name: a number, or a nested list for a vector or a matrix."""


@dataclass(frozen=True)
class Case:
    """One distribution, at a few parameter points.

    Attributes:
      name: The name of its class in `tfp.distributions`, with the variant in parentheses where there is more than one.
      points: Where it is audited. Every parameter named there has its own row.
      make: Parameters by keyword → the distribution; None for the class itself, called with them and `constants`.
      constants: Further arguments of the class, of which no gradient is asked.
      measure: (distribution, its parameters) → weighted points in float64, without a sample.
      kinks: Parameters → where the density is not smooth, ascending, for `quadrature`.
      formulas: Of `costs.FORMULAS`: the two that are averaged.
      copies: Whether each draw may have its own copy of the parameters, as a batch. Where the class refuses, batches
        of draws share them.
    """

    name: str
    points: tuple[Point, ...]
    make: Callable[..., tfd.Distribution] | None = None
    constants: Mapping[str, Any] = field(default_factory=dict)
    measure: Callable[[tfd.Distribution, Mapping[str, tf.Tensor]], Measured] | None = None
    kinks: Callable[[Mapping[str, tf.Tensor]], list[tf.Tensor]] = lambda parameters: []
    formulas: tuple[str, ...] = LINE
    copies: bool = True

    @property
    def class_name(self) -> str:
        return self.name.partition("(")[0].strip()

    @property
    def parameters(self) -> tuple[str, ...]:
        return tuple(self.points[0])

    def distribution(self, parameters: Mapping[str, tf.Tensor]) -> tfd.Distribution:
        """The distribution with these parameters, of any one float dtype."""
        if self.make is not None:
            return self.make(**parameters)
        return getattr(tfd, self.class_name)(**parameters, **self.constants)

    def measured(self, parameters: Mapping[str, tf.Tensor]) -> Measured:
        """Weighted points that stand for the distribution, from float64 parameters."""
        distribution = self.distribution(parameters)
        if self.measure is not None:
            return self.measure(distribution, parameters)
        return quadrature(distribution, self.kinks(parameters))

    def tensors(self, point: Point, dtype: tf.DType, *batch: int) -> dict[str, tf.Tensor]:
        """The parameters as tensors, each with its own copy for each of `batch`."""
        values = {name: tf.constant(value, dtype) for name, value in point.items()}
        return {name: tf.broadcast_to(value, [*batch, *value.shape]) for name, value in values.items()}

    @property
    def source(self) -> str:
        """A few lines of Python that define `make`, as it runs here."""
        if self.make is not None:
            text = textwrap.dedent(inspect.getsource(self.make))
            return text.replace(f"def {self.make.__name__}(", "def make(", 1)
        given = [f"{name}={name}" for name in self.parameters]
        fixed = [f"{name}={_literal(value)}" for name, value in self.constants.items()]
        names = ", ".join(self.parameters)
        return f"def make({names}):\n    return tfd.{self.class_name}({', '.join([*given, *fixed])})\n"


def _literal(value: Any) -> str:
    return f"tf.{value.name}" if isinstance(value, tf.DType) else repr(value)
