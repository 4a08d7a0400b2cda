"""What is differentiated: a measure p(x; θ), a cost f(x), and the goal ∇_θ E[f(x)].

A `Family` says how a measure is made from its parameters, a `Cost` says what is averaged over it, and a `Problem` is
one of each. All three are data and plain functions: no subclass, no state.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import tensorflow as tf
from tensorflow_probability import distributions as tfd
from tensorflow_probability import math as tfp_math

from playground.parameter import Parameter, Parameters


@dataclass(frozen=True)
class WeakDerivative:
    """∂_θ p(x; θ) as a difference of two measures, c·(p₊ − p₋), sampled in coupled pairs.

    Attributes:
      constant: c, broadcastable to the pairs' shape.
      positive, negative: Samples of p₊ and of p₋, of the shape of the (broadcast) parameters.
    """

    constant: tf.Tensor
    positive: tf.Tensor
    negative: tf.Tensor


@dataclass(frozen=True)
class Jump:
    """Where a discrete sample jumps as θ grows by a little, coupled so that it mostly stays where it is.

    Attributes:
      target: Where to, in x's shape; x itself where there is nowhere to go.
      rate: How likely per unit of θ, by parameter name, given x: of x's shape, [..., n] for a vector.
    """

    target: tf.Tensor
    rate: Mapping[str, tf.Tensor]


@dataclass(frozen=True)
class Family:
    """A parametric family of distributions over numbers.

    Its functions take `Parameters` of any batch shape and of dtype float32 or float64, and are differentiable with
    respect to them. Whether it is reparameterized is read from TFP, never declared again.

    Attributes:
      key, label: Its stable name, and its name on screen.
      parameters: In the order in which they are laid out in a flat θ [P].
      make: The distribution. Samples are floats of the parameters' dtype, discrete families' too.
      target: The fixed distribution that the `kl` cost pulls towards; takes the parameters for their dtype and size.
      support: (lower, upper) as numbers (±inf allowed) or as tensors of the batch shape where the support moves with θ.
      centers: For continuous families: tensors of the batch shape, ascending, that bracket where the mass is (for
        example loc − 3 scale, loc, loc + 3 scale). Quadrature splits there.
      atoms: For discrete families: given plain parameters (batch shape []), the support's points as a float64 NumPy
        array [N], cut where the remaining mass is below 1e-18 when the support is infinite.
      finite: Whether `atoms` is the whole support, whatever θ is.
      moving_support: Whether the support depends on θ. The score function is silently wrong there.
      period: The circumference, where the support is a circle: a cost must agree at both ends.
      quantile: (distribution, u) → x, where TFP's own `quantile` is missing and one is known; None to use TFP's.
      mirror: (parameters, x) → the reflection of x at the centre of a symmetric distribution, its antithetic twin.
      pathwise_by_cdf: Whether the sampler's ∂x/∂θ is −∂_θF(x)/p(x), as it is for all one-dimensional samplers that are
        monotone in one source of noise; then its variance has an exact value by quadrature.
      wrong_pathwise: What is wrong with the gradient of TFP's sampler, as a sentence: pathwise is called biased there.
      moments_below: E|x|^k exists for k below this, whatever θ is; ∞ where all moments exist or θ decides.
      view: (lower, upper) of pictures, tensors of the batch shape, where the outermost centers lie far out in tails.
      weak_derivatives: By parameter name, (parameters, seed) → `WeakDerivative` with respect to that parameter.
      jumps: For discrete families: (parameters, x) → the jumps of x, so that ∂E[f] = E[Σ rate · (f(target) − f(x))].
      class_values: For families that the Gumbel relaxation covers: given the parameters, the classes' logits
        [..., C] and the value of each class (C floats).
    """

    key: str
    label: str
    parameters: tuple[Parameter, ...]
    make: Callable[[Parameters], tfd.Distribution]
    target: Callable[[Parameters], tfd.Distribution]
    support: Callable[[Parameters], tuple[Any, Any]]
    centers: Callable[[Parameters], Sequence[tf.Tensor]] | None = None
    atoms: Callable[[Mapping[str, Any]], Any] | None = None
    finite: bool = False
    moving_support: bool = False
    period: float | None = None
    quantile: Callable[[tfd.Distribution, tf.Tensor], tf.Tensor] | None = None
    mirror: Callable[[Parameters, tf.Tensor], tf.Tensor] | None = None
    pathwise_by_cdf: bool = True
    wrong_pathwise: str | None = None
    moments_below: float = math.inf
    view: Callable[[Parameters], Sequence[tf.Tensor]] | None = None
    weak_derivatives: Mapping[str, Callable[[Parameters, Any], WeakDerivative]] = field(default_factory=dict)
    jumps: Callable[[Parameters, tf.Tensor], Sequence[Jump]] | None = None
    class_values: Callable[[Parameters], tuple[tf.Tensor, Sequence[float]]] | None = None
    order: int = 0

    @property
    def discrete(self) -> bool:
        return self.atoms is not None

    @cached_property
    def reparameterized(self) -> bool:
        """What TFP declares of its own sampler."""
        return self._at_defaults().reparameterization_type == tfd.FULLY_REPARAMETERIZED

    @cached_property
    def has_quantile(self) -> bool:
        """Whether a quantile function is known: the family's own, or TFP's."""
        if self.quantile is not None:
            return True
        try:
            self._at_defaults().quantile(tf.constant(0.5))
        except NotImplementedError:  # how TFP says that a distribution has no quantile function
            return False
        return True

    def _at_defaults(self) -> tfd.Distribution:
        return self.make({p.name: tf.constant(p.default, tf.float32) for p in self.parameters})


@dataclass(frozen=True)
class Cost:
    """A function f(x), or f(x; θ), whose expectation is differentiated.

    Attributes:
      key, label, latex: Its stable name, its name on screen, its formula.
      parameters: Numbers of its own (`target`, `k`, …), editable while a run goes on.
      fn: (x, values of `parameters` by name) → f(x), elementwise, in x's dtype, for any batch shape.
      relative: For a cost that depends on θ: (x, distribution, family, parameters) → f(x; θ), used in place of `fn`.
      differentiable: Whether f is continuous and differentiable almost everywhere in x, so that a path has a slope.
      kinks: (values of `parameters`, lower, upper) → the points of [lower, upper] where f is not smooth, as floats.
    """

    key: str
    label: str
    latex: str
    parameters: tuple[Parameter, ...] = ()
    fn: Callable[[tf.Tensor, Mapping[str, Any]], tf.Tensor] | None = None
    relative: Callable[[tf.Tensor, tfd.Distribution, Family, Parameters], tf.Tensor] | None = None
    differentiable: bool = True
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
    def names(self) -> tuple[str, ...]:
        """The P elements of θ by name: `("loc", "scale")`, `("logits[0]", "logits[1]", …)`."""
        pairs = zip(self.family.parameters, self.sizes, strict=True)
        return tuple(name for parameter, size in pairs for name in parameter.element_names(size))

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
        constraints = [p.constraint for p, size in pairs for _ in range(size)]
        bounds = np.zeros((len(constraints), len(constraints)))
        for row, constraint in enumerate(constraints):
            if constraint.above is not None:
                bounds[row, self.names.index(constraint.above)] = 1.0
        return np.array([constraint.bounded for constraint in constraints]), bounds

    def distribution(self, parameters: Parameters) -> tfd.Distribution:
        return self.family.make(parameters)

    def f(self, x: tf.Tensor, parameters: Parameters) -> tf.Tensor:
        """The cost at `x` [...], given parameters of the same batch shape, which matter if the cost depends on θ."""
        if self.cost.relative is not None:
            return self.cost.relative(x, self.distribution(parameters), self.family, parameters)
        assert self.cost.fn is not None
        return self.cost.fn(x, self.cost_values)
