"""What an approximation q(z; φ) is: plain functions of a flat, unconstrained vector φ."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import tensorflow as tf
from tensorflow_probability import distributions as tfd

from playground.target import Target


@dataclass(frozen=True)
class Sizes:
    """What shapes an approximation.

    Attributes:
      event_size: D, the number of elements of z.
      components: C, of a mixture.
    """

    event_size: int
    components: int = 4


@dataclass(frozen=True)
class Approximation:
    """A family of densities q(z; φ) with a reparameterized sampler.

    Its functions take φ [..., P] of any batch shape, float32 or float64, and are differentiable with respect to it;
    each element of the batch is a copy of its own, so that one backward pass gives each its own gradient.

    Attributes:
      key, label, story, latex: Its stable name, its name on screen, one line, its formula.
      names: sizes → the P elements of φ by name; `loc` and `raw_scale` of the first element of z are among them.
      start: (sizes, seed) → φ₀ [P], float32. The seed is a plain number.
      sample: (sizes, φ [..., P], K, seed [2]) → z [..., K, D], differentiable with respect to φ.
      log_prob: (sizes, φ [..., P], z [..., K, D]) → [..., K].
      nodes: (sizes, φ [..., P], noise [N, D], weights [N]) → z [..., M, D] and weights [..., M]: a quadrature rule for
        E_q from one for a standard Normal. Differentiable: the derivative of the sum is that of the expectation.
      transport: (sizes, φ [..., P], noise [..., K, D]) → z [..., K, D], where `sample` is this map of standard Normal
        noise; None where it is not a map of noise alone (a mixture chooses its components).
      kl: (sizes, φ [..., P], prior) → KL(q ‖ prior) [...] in closed form, where the prior is one of TFP's
        multivariate Normals; None where there is none.
      why_not: target → None, or the sentence that says why it cannot approximate it.
      needs_components: Whether `Sizes.components` matters to it.
    """

    key: str
    label: str
    story: str
    latex: str
    names: Callable[[Sizes], tuple[str, ...]]
    start: Callable[[Sizes, int], np.ndarray]
    sample: Callable[[Sizes, tf.Tensor, int, tf.Tensor], tf.Tensor]
    log_prob: Callable[[Sizes, tf.Tensor, tf.Tensor], tf.Tensor]
    nodes: Callable[[Sizes, tf.Tensor, tf.Tensor, tf.Tensor], tuple[tf.Tensor, tf.Tensor]]
    transport: Callable[[Sizes, tf.Tensor, tf.Tensor], tf.Tensor] | None = None
    kl: Callable[[Sizes, tf.Tensor, tfd.Distribution], tf.Tensor] | None = None
    why_not: Callable[[Target], str | None] = lambda target: None
    needs_components: bool = False
    order: int = 0


@dataclass(frozen=True)
class Surrogate:
    """An approximation at given sizes: what objectives and quadratures work with. Shapes as in `Approximation`."""

    approximation: Approximation
    sizes: Sizes

    @property
    def names(self) -> tuple[str, ...]:
        """The P elements of φ by name."""
        return self.approximation.names(self.sizes)

    def start(self, seed: int) -> np.ndarray:
        """φ₀ [P], float32."""
        return self.approximation.start(self.sizes, seed)

    def sample(self, phi: tf.Tensor, count: int, seed: tf.Tensor) -> tf.Tensor:
        """Reparameterized draws [..., K, D]."""
        return self.approximation.sample(self.sizes, phi, count, seed)

    def log_prob(self, phi: tf.Tensor, z: tf.Tensor) -> tf.Tensor:
        """log q(z; φ) [..., K]."""
        return self.approximation.log_prob(self.sizes, phi, z)

    def nodes(self, phi: tf.Tensor, noise: tf.Tensor, weights: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """z [..., M, D] and weights [..., M] with Σ weight · f(z) ≈ E_q[f]."""
        return self.approximation.nodes(self.sizes, phi, noise, weights)

    def kl(self, phi: tf.Tensor, prior: tfd.Distribution) -> tf.Tensor:
        """KL(q ‖ prior) [...]; only where the approximation has a closed form."""
        assert self.approximation.kl is not None
        return self.approximation.kl(self.sizes, phi, prior)


def indexed(name: str, size: int) -> tuple[str, ...]:
    """`("loc",)` for one element, `("loc[0]", "loc[1]", …)` for more."""
    return (name,) if size == 1 else tuple(f"{name}[{index}]" for index in range(size))
