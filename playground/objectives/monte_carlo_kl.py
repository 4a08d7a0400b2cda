"""The ELBO by plain reparameterization: 1/K Σ_k ∇_φ [log q(z_k; φ) − log p(z_k)], z_k = z(ε_k, φ).

Requires: a reparameterized q.
Unbiased: for the gradient of the ELBO. Cost: K evaluations of log p and of its slope.
Watch for: at q = p every term of the integrand is 0 and yet the gradient varies, by the score of q.

References:
  Kingma & Welling (2014), Auto-encoding variational Bayes, estimator A.
  Rezende, Mohamed & Wierstra (2014), Stochastic backpropagation and approximate inference.
"""

import tensorflow as tf

from playground.inference.approximation import Surrogate
from playground.inference.objective import Objective, log_weights
from playground.inference.terms import exact_variance_of, gradients_of
from playground.target import Target


def _term(target: Target, surrogate: Surrogate, copies: tf.Tensor, z: tf.Tensor, tempering: tf.Tensor) -> tf.Tensor:
    return -log_weights(target, surrogate, copies, z, tempering)


OBJECTIVE = Objective(
    key="monte_carlo_kl",
    label="Monte-Carlo KL",
    story="Move each sample with φ and follow the slope of log q − log p.",
    latex=r"\nabla_\varphi\left[\log q(z(\varepsilon,\varphi);\varphi)-\log p(z(\varepsilon,\varphi))\right]",
    reference="Kingma & Welling 2014",
    goal="elbo",
    gradients=gradients_of(_term),
    exact_variance=exact_variance_of(_term),
    order=2,
)
