"""What a family of distributions is: how a measure is made from its parameters, and what is known of it.

Data and plain functions: no subclass, no state.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import tensorflow as tf
from tensorflow_probability import distributions as tfd

from playground.parameter import Parameter, Parameters

FAR = 1e20  # A density that is not 0 in float64 so far out falls like a power.


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


@dataclass(frozen=True, eq=False)  # itself and no other: what is found out about it once can be kept
class Family:
    """A parametric family of distributions over numbers, or over vectors of them.

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
      cumulative: (distribution, x) → F(x) but for a constant at each x, where the slope in θ of TFP's `cdf` drowns in
        rounding far out; None to use TFP's.
      pathwise_by_cdf: Whether the sampler's ∂x/∂θ is −∂_θF(x)/p(x), as it is for all one-dimensional samplers that are
        monotone in one source of noise; then its variance has an exact value by quadrature.
      wrong_pathwise: What is wrong with the gradient of TFP's sampler, as a sentence: pathwise is called biased there.
      moments_below: E|x|^k exists for k below this, whatever θ is; ∞ where all moments exist or θ decides.
      view: (lower, upper) of pictures, tensors of the batch shape, where the outermost centers lie far out in tails.
      weak_derivatives: By parameter name, (parameters, seed) → `WeakDerivative` with respect to that parameter.
      jumps: For discrete families: (parameters, x) → the jumps of x, so that ∂E[f] = E[Σ rate · (f(target) − f(x))].
      class_values: For families that the Gumbel relaxation covers: given the parameters, the classes' logits
        [..., C] and the value of each class (C floats).
      marginals: For a family over vectors x [..., D], D the length of its first parameter: the parameters → the family
        of one coordinate, and its parameters [..., D]. `support`, `atoms`, `class_values` and `view` then say of each
        coordinate what they say of x elsewhere: logits are [..., D, C].
      plane: For a continuous family over vectors: (a distribution of it, points [..., 2]) → the density [...] of the
        first two coordinates there, for pictures.
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
    cumulative: Callable[[tfd.Distribution, tf.Tensor], tf.Tensor] | None = None
    pathwise_by_cdf: bool = True
    wrong_pathwise: str | None = None
    moments_below: float = math.inf
    view: Callable[[Parameters], Sequence[tf.Tensor]] | None = None
    weak_derivatives: Mapping[str, Callable[[Parameters, Any], WeakDerivative]] = field(default_factory=dict)
    jumps: Callable[[Parameters, tf.Tensor], Sequence[Jump]] | None = None
    class_values: Callable[[Parameters], tuple[tf.Tensor, Sequence[float]]] | None = None
    marginals: Callable[[Parameters], tuple["Family", Parameters]] | None = None
    plane: Callable[[tfd.Distribution, tf.Tensor], tf.Tensor] | None = None
    order: int = 0

    @property
    def vector(self) -> bool:
        return self.marginals is not None

    @property
    def discrete(self) -> bool:
        return self.atoms is not None

    @cached_property
    def reparameterized(self) -> bool:
        """What TFP declares of its own sampler."""
        return self._at_defaults().reparameterization_type == tfd.FULLY_REPARAMETERIZED

    @cached_property
    def heavy_tailed(self) -> bool:
        """Whether its density falls like a power of x: then θ decides which moments exist. Read off at the defaults."""
        if self.vector or self.discrete:
            return False
        with tf.init_scope():  # may first be asked while a graph is traced
            defaults = self._defaults(tf.float64)
            far = [math.copysign(FAR, e) for e in self.support(defaults) if isinstance(e, float) and math.isinf(e)]
            return bool(np.any(self.make(defaults).prob(tf.constant(far, tf.float64)) > 0.0))

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
        return self.make(self._defaults(tf.float32))

    def _defaults(self, dtype: tf.DType) -> Parameters:
        return {p.name: tf.constant(p.default, dtype) for p in self.parameters}
