"""The K-sample bound by the doubly reparameterized gradient: −Σ_k w̃_k² ∇_z log w_k ∂z_k/∂φ, w̃ = w / Σ w.

The score of q in IWAE's gradient is itself reparameterized, which leaves the path alone, with squared weights.

Requires: a reparameterized q. With K = 1 it is sticking the landing.
Unbiased: for the gradient of the K-sample bound. Cost: K evaluations of log p and of its slope.
Watch for: its gain over IWAE grows with K, and is greatest where q is near p.

References:
  Tucker, Lawson, Gu & Maddison (2019), Doubly reparameterized gradient estimators for Monte Carlo objectives.
"""

import tensorflow as tf

from playground.inference.approximation import Surrogate
from playground.inference.objective import Estimate, Objective, differentiate, log_weights, mean_weight
from playground.target import Target


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
        z = surrogate.sample(copies, samples, seed)
        log_weight = log_weights(target, surrogate, tf.stop_gradient(copies), z, tempering)
        share = tf.stop_gradient(tf.nn.softmax(log_weight, axis=-1))
        return -tf.reduce_sum(share**2 * log_weight, axis=-1), (mean_weight(log_weight), z[0])

    slopes, (bound, draws) = differentiate(loss, phi, replicates)
    return Estimate(slopes, bound, draws)


OBJECTIVE = Objective(
    key="dreg",
    label="DReG",
    story="IWAE's bound with the score taken out of its gradient: less noise as K grows.",
    latex=r"-\sum_k\tilde w_k^2\,\nabla_z\log w_k\,\frac{\partial z_k}{\partial\varphi}",
    reference="Tucker et al. 2019",
    goal="iwae",
    gradients=_gradients,
    order=6,
)
