"""The gradient of KL(q ‖ p) = E_q[log q − log p], by the best way that a learnable distribution allows."""

from collections.abc import Callable
from dataclasses import dataclass

import tensorflow as tf
from tensorflow_probability import distributions as tfd

from playground.fitting.learnable import Layout, Learnable, Sizes

LogProb = Callable[[tf.Tensor], tf.Tensor]


@dataclass(frozen=True)
class Way:
    """A way to a gradient of the reverse KL.

    Attributes:
      key, label, story: Its stable name, its name on screen, and why it is the one.
      surrogate: (q, log p, K, seed [2]) → (what is differentiated for it, the estimate of E_q[log q − log p]), both [].
    """

    key: str
    label: str
    story: str
    surrogate: Callable[[tfd.Distribution, LogProb, int, tf.Tensor], tuple[tf.Tensor, tf.Tensor]]


def _by_component(q: tfd.Distribution, log_prob: LogProb, samples: int, seed: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """K points of each component; its probability weighs them, so that the choice of component is never sampled."""
    points = q.components_distribution.sample(samples, seed=seed)  # [K, C, ...]
    weights = q.mixture_distribution.probs_parameter()
    loss = tf.reduce_sum(weights * tf.reduce_mean(q.log_prob(points) - log_prob(points), axis=0))
    return loss, loss


def _pathwise(q: tfd.Distribution, log_prob: LogProb, samples: int, seed: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Through the points, and through log q's own parameters."""
    points = q.sample(samples, seed=seed)
    loss = tf.reduce_mean(q.log_prob(points) - log_prob(points))
    return loss, loss


def _score(q: tfd.Distribution, log_prob: LogProb, samples: int, seed: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Σ (f_k − f̄) ∇log q(x_k) / (K − 1), which is each f_k less the mean of the others (Salimans & Knowles, 2014)."""
    points = tf.stop_gradient(q.sample(samples, seed=seed))
    log_q = q.log_prob(points)
    f = tf.stop_gradient(log_q - log_prob(points))
    loss = tf.reduce_mean(f)
    return tf.reduce_sum((f - loss) * log_q) / (samples - 1), loss


BY_COMPONENT = Way(
    "component",
    "pathwise within each component",
    "Each component's points move with its parameters, and its probability weighs them: the choice of component is "
    "summed over, not sampled.",
    _by_component,
)
PATHWISE = Way("pathwise", "pathwise", "The points move with the parameters.", _pathwise)
SCORE = Way(
    "score",
    "score function, leave-one-out",
    "Its points cannot move smoothly with the parameters, so that each point pushes its own probability up or down.",
    _score,
)


def how_reverse_kl(learnable: Learnable, sizes: Sizes) -> Way:
    """Which way is used: read from TFP, never declared again."""
    layout = Layout(learnable, sizes)
    q = layout.distribution(layout.values(tf.zeros([sum(layout.lengths)])))
    if isinstance(q, tfd.MixtureSameFamily):
        moves = q.components_distribution.reparameterization_type == tfd.FULLY_REPARAMETERIZED
        return BY_COMPONENT if moves else SCORE
    return PATHWISE if q.reparameterization_type == tfd.FULLY_REPARAMETERIZED else SCORE
