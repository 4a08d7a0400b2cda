"""What a variational objective is, and the pieces of which its gradient estimators are made.

K samples make one estimate, R replicates are whole estimates independent of one another: replicate 0 trains, and the
spread over the R rows is the gradient's variance. φ is copied R times before the tape, so that one backward pass gives
each replicate its own gradient.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import tensorflow as tf

from playground.inference.approximation import Approximation, Surrogate
from playground.target import Target

GOALS = ("elbo", "iwae", "forward")
"""What a gradient estimates: that of E_q[log p − log q]; of the K-sample bound; of E_p[log q]. Estimators of one goal
have one mean and differ in their variance; across goals there is nothing to compare."""


class Estimate(NamedTuple):
    """R estimates of one step.

    Attributes:
      gradients: Of the loss, which is minus the bound, with respect to φ, [R, P].
      bound: The bound as each replicate sees it, [R], in nats.
      draws: What replicate 0 has drawn, [K, D].
    """

    gradients: tf.Tensor
    bound: tf.Tensor
    draws: tf.Tensor


@dataclass(frozen=True)
class Objective:
    """A bound to be raised, and one way to estimate its gradient.

    Attributes:
      key, label, story, latex: Its stable name, its name on screen, one line for a newcomer, its gradient.
      reference: Where it comes from.
      goal: One of `GOALS`.
      gradients: (target, surrogate, φ [P], seed [2], K, R, tempering []) → `Estimate`. Pure.
      why_not: (target, approximation, K) → None, or the sentence that says why it cannot run.
      exact_variance: (target, surrogate, φ [P], K) → the variance [P] of one estimate by quadrature in float64, or
        None where it is not known.
    """

    key: str
    label: str
    story: str
    latex: str
    reference: str
    goal: str
    gradients: Callable[[Target, Surrogate, tf.Tensor, tf.Tensor, int, int, tf.Tensor], Estimate]
    why_not: Callable[[Target, Approximation, int], str | None] = lambda target, approximation, samples: None
    exact_variance: Callable[[Target, Surrogate, tf.Tensor, int], tf.Tensor | None] | None = None
    order: int = 0

    def goal_at(self, samples: int) -> str:
        """The goal with K samples: a bound of one sample is the ELBO."""
        return "elbo" if self.goal == "iwae" and samples == 1 else self.goal


def tempered(target: Target, z: tf.Tensor, tempering: tf.Tensor | float = 1.0) -> tf.Tensor:
    """log p(z) of a target flattened by a tempering β from 0 to 1, [..., D] → [...].

    Where there is a prior, β weighs the likelihood and the prior stays, so that β = 0 leaves the prior; elsewhere it
    weighs log p.
    """
    log_prob = target.log_prob(z)
    if target.prior is None:
        return tempering * log_prob
    log_prior = target.prior(z.dtype).log_prob(z)
    return log_prior + tempering * (log_prob - log_prior)


def copies_of(phi: tf.Tensor, count: int) -> tf.Tensor:
    """`count` copies of φ: [P] → [count, P]."""
    return tf.tile(phi[tf.newaxis], [count, 1])


def differentiate(
    loss: Callable[[tf.Tensor], tuple[tf.Tensor, Any]], phi: tf.Tensor, replicates: int
) -> tuple[tf.Tensor, Any]:
    """The gradient of each replicate's own loss.

    Args:
      loss: Copies of φ [R, P] → (losses [R], whatever else).
      phi: [P].
      replicates: R.

    Returns:
      Gradients [R, P], and whatever else.
    """
    copies = copies_of(phi, replicates)
    with tf.GradientTape() as tape:
        tape.watch(copies)
        losses, more = loss(copies)
    return tape.gradient(losses, copies, unconnected_gradients=tf.UnconnectedGradients.ZERO), more


def log_weights(
    target: Target, surrogate: Surrogate, copies: tf.Tensor, z: tf.Tensor, tempering: tf.Tensor
) -> tf.Tensor:
    """log p(z) − log q(z; φ), [R, K]."""
    return tempered(target, z, tempering) - surrogate.log_prob(copies, z)


def mean_weight(log_weight: tf.Tensor) -> tf.Tensor:
    """log of the mean over K of the weights, [R, K] → [R]: the K-sample bound."""
    count = tf.constant(log_weight.shape[-1], log_weight.dtype)
    return tf.reduce_logsumexp(log_weight, axis=-1) - tf.math.log(count)


def needs_two(target: Target, approximation: Approximation, samples: int) -> str | None:
    """The sentence for a leave-one-out baseline without others."""
    return None if samples >= 2 else f"A leave-one-out baseline needs K ≥ 2, got K = {samples}."
