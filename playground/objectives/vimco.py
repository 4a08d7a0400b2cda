"""The K-sample bound by VIMCO: each sample's score, weighed by how much the bound owes to that sample.

−Σ_k (L − L₋ₖ) ∇_φ log q(z_k; φ) + Σ_k w̃_k ∇_φ log q(z_k; φ), with L = log 1/K Σ w, and L₋ₖ the same with w_k replaced
by the geometric mean of the others.

Requires: K ≥ 2. No slope of log p, no path through the sample.
Unbiased: for the gradient of the K-sample bound: L₋ₖ does not know of sample k. Cost: K evaluations of log p.
Watch for: built for discrete z; where a path exists, IWAE and DReG vary less.

References:
  Mnih & Rezende (2016), Variational inference for Monte Carlo objectives.
"""

import tensorflow as tf

from playground.inference.approximation import Surrogate
from playground.inference.objective import Estimate, Objective, differentiate, mean_weight, needs_two, tempered
from playground.target import Target


def _without_each(log_weight: tf.Tensor) -> tf.Tensor:
    """L₋ₖ for each k, [R, K]."""
    count = log_weight.shape[-1]
    others = (tf.reduce_sum(log_weight, axis=-1, keepdims=True) - log_weight) / (count - 1)
    # Row k of a square has the others' mean in place of weight k.
    own = tf.eye(count, dtype=tf.bool)
    swapped = tf.where(own, others[..., tf.newaxis], log_weight[..., tf.newaxis, :])
    return mean_weight(swapped)


def _gradients(
    target: Target,
    surrogate: Surrogate,
    phi: tf.Tensor,
    seed: tf.Tensor,
    samples: int,
    replicates: int,
    tempering: tf.Tensor,
) -> Estimate:
    def loss(copies: tf.Tensor) -> tuple[tf.Tensor, tuple[tf.Tensor, tf.Tensor]]:
        z = tf.stop_gradient(surrogate.sample(copies, samples, seed))
        log_q = surrogate.log_prob(copies, z)
        log_weight = tempered(target, z, tempering) - tf.stop_gradient(log_q)
        bound = mean_weight(log_weight)
        credit = bound[:, tf.newaxis] - _without_each(log_weight)
        coefficient = tf.nn.softmax(log_weight, axis=-1) - credit
        return tf.reduce_sum(coefficient * log_q, axis=-1), (bound, z[0])

    slopes, (bound, draws) = differentiate(loss, phi, replicates)
    return Estimate(slopes, bound, draws)


OBJECTIVE = Objective(
    key="vimco",
    label="VIMCO",
    story="IWAE's bound by the score function, each sample credited with what it adds.",
    latex=r"-\sum_k\left(L-L_{-k}-\tilde w_k\right)\nabla_\varphi\log q(z_k;\varphi)",
    reference="Mnih & Rezende 2016",
    goal="iwae",
    gradients=_gradients,
    why_not=needs_two,
    order=7,
)
