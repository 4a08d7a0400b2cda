"""KL(p ‖ q) instead of KL(q ‖ p): maximum likelihood of q on exact draws from the target, −1/K Σ_k ∇_φ log q(x_k; φ).

Its bound is the mean of log q(x), which is at most minus the entropy of p. Annealing does not touch it.

Requires: a target with an exact sampler. No slope of log p.
Unbiased: for the gradient of KL(p ‖ q). Cost: K draws from the target.
Watch for: q covers every mode, and puts mass where there is none in between.

References:
  Bishop (2006), Pattern recognition and machine learning, §10.1.2.
"""

import tensorflow as tf

from playground.inference.approximation import Approximation, Surrogate
from playground.inference.nodes import target_grid
from playground.inference.objective import Estimate, Objective, copies_of, differentiate
from playground.target import Target


def _why_not(target: Target, approximation: Approximation, samples: int) -> str | None:
    if target.sample is None:
        return f"Forward KL averages over the target, and the target {target.label} has no exact sampler."
    return None


def _gradients(
    target: Target,
    surrogate: Surrogate,
    phi: tf.Tensor,
    seed: tf.Tensor,
    samples: int,
    replicates: int,
    tempering: tf.Tensor,
) -> Estimate:
    assert target.sample is not None
    drawn = tf.cast(target.sample(replicates * samples, seed), phi.dtype)
    x = tf.reshape(drawn, [replicates, samples, target.event_size])

    def loss(copies: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        bound = tf.reduce_mean(surrogate.log_prob(copies, x), axis=-1)
        return -bound, bound

    slopes, bound = differentiate(loss, phi, replicates)
    return Estimate(slopes, bound, x[0])


def _exact_variance(target: Target, surrogate: Surrogate, phi: tf.Tensor, samples: int) -> tf.Tensor:
    z, log_measure = (tf.constant(part) for part in target_grid(target, 161))
    weight = tf.nn.softmax(target.log_prob(z) + log_measure)
    kept = weight > 1e-18
    z, weight = tf.boolean_mask(z, kept), tf.boolean_mask(weight, kept)[:, tf.newaxis]
    copies = copies_of(tf.cast(phi, tf.float64), z.shape[0])
    with tf.GradientTape() as tape:
        tape.watch(copies)
        log_q = surrogate.log_prob(copies, z[:, tf.newaxis, :])
    score = tape.gradient(log_q, copies)
    mean = tf.reduce_sum(weight * score, axis=0)
    return tf.reduce_sum(weight * (score - mean) ** 2, axis=0) / samples


OBJECTIVE = Objective(
    key="forward_kl",
    label="forward KL",
    story="Fits q to exact draws from the target: covers every mode, also what lies between.",
    latex=r"-\nabla_\varphi\log q(x;\varphi),\quad x\sim p",
    reference="Bishop 2006, §10.1.2",
    goal="forward",
    gradients=_gradients,
    why_not=_why_not,
    exact_variance=_exact_variance,
    order=8,
)
