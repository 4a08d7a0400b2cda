"""The K-sample bound log 1/K Σ_k w_k, w = p/q, by plain reparameterization.

Requires: a reparameterized q. With K = 1 it is the ELBO.
Unbiased: for the gradient of the K-sample bound. Cost: K evaluations of log p and of its slope.
Watch for: more samples make the bound tighter and the gradient's signal fade faster than its noise.

References:
  Burda, Grosse & Salakhutdinov (2016), Importance weighted autoencoders.
  Rainforth et al. (2018), Tighter variational bounds are not necessarily better.
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
        bound = mean_weight(log_weights(target, surrogate, copies, z, tempering))
        return -bound, (bound, z[0])

    slopes, (bound, draws) = differentiate(loss, phi, replicates)
    return Estimate(slopes, bound, draws)


OBJECTIVE = Objective(
    key="iwae",
    label="IWAE",
    story="A bound from K weighted samples: tighter, so q may be wider.",
    latex=r"-\nabla_\varphi\log\tfrac1K\sum_k\frac{p(z_k)}{q(z_k;\varphi)}",
    reference="Burda et al. 2016",
    goal="iwae",
    gradients=_gradients,
    order=5,
)
