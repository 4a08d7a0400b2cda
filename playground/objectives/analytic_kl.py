"""The ELBO with its KL in closed form: −KL(q ‖ prior) + E_q[log likelihood], the latter along the path.

Loss: KL(q ‖ prior) − 1/K Σ_k log L(z_k), with L = p / prior and z_k = z(ε_k, φ).

Requires: a target with a Normal prior, and a q whose KL to it has a closed form.
Unbiased: for the gradient of the ELBO. Cost: K evaluations of the likelihood and of its slope.
Watch for: it need not vary less than the sampled KL, whose noise may cancel that of the likelihood.

References:
  Kingma & Welling (2014), Auto-encoding variational Bayes, estimator B.
"""

import tensorflow as tf

from playground.inference.approximation import Approximation, Surrogate
from playground.inference.objective import Objective
from playground.inference.terms import exact_variance_of, gradients_of
from playground.target import Target


def _why_not(target: Target, approximation: Approximation, samples: int) -> str | None:
    if target.prior is None:
        return f"The target {target.label} is not a prior times a likelihood, so there is no KL to a prior."
    if approximation.kl is None:
        return f"The KL to the prior has no closed form for the approximation {approximation.label}."
    return None


def _term(target: Target, surrogate: Surrogate, copies: tf.Tensor, z: tf.Tensor, tempering: tf.Tensor) -> tf.Tensor:
    assert target.prior is not None
    prior = target.prior(z.dtype)
    log_likelihood = target.log_prob(z) - prior.log_prob(z)
    return surrogate.kl(copies, prior)[:, tf.newaxis] - tempering * log_likelihood


OBJECTIVE = Objective(
    key="analytic_kl",
    label="analytic KL",
    story="KL to the prior by its formula; only the likelihood is sampled.",
    latex=r"\nabla_\varphi\,\mathrm{KL}(q\,\|\,\mathrm{prior})-\nabla_\varphi\log L(z(\varepsilon,\varphi))",
    reference="Kingma & Welling 2014",
    goal="elbo",
    gradients=gradients_of(_term),
    why_not=_why_not,
    exact_variance=exact_variance_of(_term),
    order=1,
)
