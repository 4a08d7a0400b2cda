"""What is differentiated: a measure p(x; θ), a cost f(x), and the goal ∇_θ E[f(x)].

A `Family` says how a measure is made from its parameters, a `Cost` says what is averaged over it, and a `Problem` is
one of each. All three are data and plain functions: no subclass, no state.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow as tf
from tensorflow_probability import distributions as tfd
from tensorflow_probability import math as tfp_math

from playground.family import Family as Family
from playground.family import Jump as Jump
from playground.family import WeakDerivative as WeakDerivative
from playground.parameter import Parameter, Parameters


@dataclass(frozen=True)
class Cost:
    """A function f(x), or f(x; θ), whose expectation is differentiated.

    Attributes:
      key, label, latex: Its stable name, its name on screen, its formula.
      parameters: Numbers of its own (`target`, `k`, …), editable while a run goes on.
      fn: (x, values of `parameters` by name) → f(x), elementwise, in x's dtype, for any batch shape. The cost of a
        vector is the sum over its coordinates.
      relative: For a cost that depends on θ: (x, distribution, family, parameters) → f(x; θ), used in place of `fn`;
        of a vector, that of all of it.
      expected: For a cost that depends on θ: (distribution, family, parameters) → E[f] in closed form, in the batch
        shape. Exact values under families over vectors are read from it.
      differentiable: Whether f is continuous and differentiable almost everywhere in x, so that a path has a slope.
      untamed: Whether f may have poles, or outgrow every power of x.
      kinks: (values of `parameters`, lower, upper) → the points of [lower, upper] where f is not smooth, as floats.
    """

    key: str
    label: str
    latex: str
    parameters: tuple[Parameter, ...] = ()
    fn: Callable[[tf.Tensor, Mapping[str, Any]], tf.Tensor] | None = None
    relative: Callable[[tf.Tensor, tfd.Distribution, Family, Parameters], tf.Tensor] | None = None
    expected: Callable[[tfd.Distribution, Family, Parameters], tf.Tensor] | None = None
    differentiable: bool = True
    untamed: bool = False
    kinks: Callable[[Mapping[str, Any], float, float], Sequence[float]] = lambda values, lower, upper: ()
    order: int = 0

    @property
    def depends_on_parameters(self) -> bool:
        return self.relative is not None


@dataclass(frozen=True)
class Problem:
    """∇_θ E_{p(x; θ)}[f(x)]: a family, a cost and the cost's own numbers.

    Attributes:
      family, cost: See there.
      sizes: The length of each parameter of the family, 1 for a scalar; P is their sum.
      cost_values: The cost's parameters by name: floats, or scalar tensors inside a compiled chunk.
    """

    family: Family
    cost: Cost
    sizes: tuple[int, ...]
    cost_values: Mapping[str, Any]

    @classmethod
    def at_defaults(cls, family: Family, cost: Cost) -> "Problem":
        """With the default length of each vector, and the cost's default numbers."""
        sizes = tuple(np.size(p.default) for p in family.parameters)
        return cls(family, cost, sizes, {p.name: p.default for p in cost.parameters})

    @property
    def may_diverge(self) -> bool:
        """Whether averages of f may be infinite for some θ: then each is checked for what its outermost point adds."""
        return not self.family.finite and (self.family.heavy_tailed or self.cost.untamed)

    @property
    def names(self) -> tuple[str, ...]:
        """The P elements of θ by name: `("loc", "scale")`, `("logits[0]", "logits[1]", …)`."""
        pairs = zip(self.family.parameters, self.sizes, strict=True)
        return tuple(name for parameter, size in pairs for name in parameter.element_names(size))

    @property
    def coordinates(self) -> int | None:
        """D where x is a vector [..., D], None where it is a number."""
        return self.sizes[0] if self.family.vector else None

    def unpack(self, theta: tf.Tensor) -> dict[str, tf.Tensor]:
        """θ [..., P] → parameters, scalars as [...] and vectors as [..., n]."""
        parameters = self.family.parameters
        if all(p.lengths is None for p in parameters):  # one operation, where splitting takes one more for each
            parts = tf.unstack(theta, num=len(parameters), axis=-1)
        else:
            split = zip(parameters, tf.split(theta, self.sizes, axis=-1), strict=True)
            parts = [tf.squeeze(part, -1) if p.lengths is None else part for p, part in split]
        return {p.name: part for p, part in zip(parameters, parts, strict=True)}

    def pack(self, parameters: Parameters) -> tf.Tensor:
        """The inverse of `unpack`."""
        own = self.family.parameters
        if all(p.lengths is None for p in own):
            return tf.stack([parameters[p.name] for p in own], axis=-1)
        parts = [tf.expand_dims(parameters[p.name], -1) if p.lengths is None else parameters[p.name] for p in own]
        return tf.concat(parts, axis=-1)

    def by_element(self, parameters: Parameters) -> tf.Tensor:
        """Like `pack`, with the elements of θ along the first axis: scalars [...] and vectors [..., n] → [P, ...]."""
        own = self.family.parameters
        if all(p.lengths is None for p in own):
            return tf.stack([parameters[p.name] for p in own])
        parts = [parameters[p.name][tf.newaxis] if p.lengths is None else _last_first(parameters[p.name]) for p in own]
        return tf.concat(parts, axis=0)

    def broadcast(self, parameters: Parameters, shape: Sequence[int]) -> dict[str, tf.Tensor]:
        """Gives each of `shape` draws its own copy of θ, so that one backward pass returns each draw's own gradient."""
        # Filling is several times faster than broadcasting, and no gradient is asked of it.
        return {
            p.name: tf.fill(shape, parameters[p.name])
            if p.lengths is None
            else tf.broadcast_to(parameters[p.name], [*shape, parameters[p.name].shape[-1]])
            for p in self.family.parameters
        }

    def constrain(self, unconstrained: tf.Tensor) -> tf.Tensor:
        """φ [..., P] → θ [..., P]: a softplus where there is a bound, added to what the bound is."""
        bounded, bounds = self._bounds()
        theta = tf.where(bounded, tf.math.softplus(unconstrained), unconstrained) if bounded.any() else unconstrained
        return theta if not bounds.any() else theta + tf.linalg.matvec(tf.constant(bounds, theta.dtype), theta)

    def pull_back(self, unconstrained: tf.Tensor, gradient: tf.Tensor) -> tf.Tensor:
        """∂/∂φ from ∂/∂θ by the chain rule through `constrain`: [..., P], [..., P] → [..., P]."""
        bounded, bounds = self._bounds()
        if bounds.any():
            gradient = gradient + tf.linalg.matvec(tf.constant(bounds, gradient.dtype), gradient, transpose_a=True)
        if not bounded.any():
            return gradient
        return gradient * tf.where(bounded, tf.math.sigmoid(unconstrained), tf.ones_like(unconstrained))

    def unconstrain(self, theta: tf.Tensor) -> tf.Tensor:
        """The inverse of `constrain`."""
        bounded, bounds = self._bounds()
        free = theta - tf.linalg.matvec(tf.constant(bounds, theta.dtype), theta)
        inside = tf.where(bounded, free, tf.ones_like(free))
        return tf.where(bounded, tfp_math.softplus_inverse(inside), free)

    def _bounds(self) -> tuple[np.ndarray, np.ndarray]:
        """Which elements have a bound [P], and a 1 in row i, column j where element j is the bound of i [P, P]."""
        pairs = zip(self.family.parameters, self.sizes, strict=True)
        constraints = [constraint for p, size in pairs for constraint in p.constraints(size)]
        bounds = np.zeros((len(constraints), len(constraints)))
        for row, constraint in enumerate(constraints):
            if constraint.above is not None:
                bounds[row, self.names.index(constraint.above)] = 1.0
        return np.array([constraint.bounded for constraint in constraints]), bounds

    def distribution(self, parameters: Parameters) -> tfd.Distribution:
        return self.family.make(parameters)

    def f(self, x: tf.Tensor, parameters: Parameters) -> tf.Tensor:
        """The cost [...] at `x`, given parameters of the same batch shape, which matter if the cost depends on θ.

        `x` is [...], or [..., D] where it is a vector, whose cost is the sum over its coordinates.
        """
        if self.cost.relative is not None:
            return self.cost.relative(x, self.distribution(parameters), self.family, parameters)
        assert self.cost.fn is not None
        f = self.cost.fn(x, self.cost_values)
        return tf.reduce_sum(f, axis=-1) if self.family.vector else f


def _last_first(value: tf.Tensor) -> tf.Tensor:
    """[..., n] → [n, ...]."""
    rank = value.shape.rank
    return tf.transpose(value, [rank - 1, *range(rank - 1)])
