"""The ELBO along the path alone: 1/K Σ_k ∇_z [log q(z_k; φ) − log p(z_k)] ∂z_k/∂φ, the score of q left out.

∇_φ log q(z; φ) at fixed z has mean 0 under q, so that leaving it out costs no bias.

Requires: a reparameterized q.
Unbiased: for the gradient of the ELBO. Cost: K evaluations of log p and of its slope.
Watch for: its variance is 0 where q = p, and nowhere is it promised to be smaller: away from there it can be larger.

References:
  Roeder, Wu & Duvenaud (2017), Sticking the landing: simple, lower-variance gradient estimators.
"""

import tensorflow as tf

from playground.inference.approximation import Surrogate
from playground.inference.objective import Objective, log_weights
from playground.inference.terms import exact_variance_of, gradients_of
from playground.target import Target


def _term(target: Target, surrogate: Surrogate, copies: tf.Tensor, z: tf.Tensor, tempering: tf.Tensor) -> tf.Tensor:
    return -log_weights(target, surrogate, tf.stop_gradient(copies), z, tempering)


OBJECTIVE = Objective(
    key="sticking_the_landing",
    label="sticking the landing",
    story="Drops the part of the gradient that averages to 0: silent where q = p.",
    latex=r"\nabla_z\left[\log q(z;\bar\varphi)-\log p(z)\right]\frac{\partial z}{\partial\varphi}",
    reference="Roeder et al. 2017",
    goal="elbo",
    gradients=gradients_of(_term),
    exact_variance=exact_variance_of(_term),
    order=3,
)
