"""The ELBO by the score function with a leave-one-out baseline: −1/(K−1) Σ_k (f_k − f̄) ∇_φ log q(z_k; φ).

f = log p − log q. Its own dependence on φ adds −E[∇_φ log q] = 0 and is left out.

Requires: K ≥ 2. No slope of log p, no path through the sample.
Unbiased: for the gradient of the ELBO. Cost: K evaluations of log p.
Watch for: silent where q = p, as f is constant there; elsewhere it varies most of all, and more with every dimension.

References:
  Ranganath, Gerrish & Blei (2014), Black box variational inference.
  Kool, van Hoof & Welling (2019), Buy 4 REINFORCE samples, get a baseline for free!
"""

import tensorflow as tf

from playground.inference.approximation import Surrogate
from playground.inference.nodes import noise_grid
from playground.inference.objective import Estimate, Objective, copies_of, differentiate, needs_two, tempered
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
        z = tf.stop_gradient(surrogate.sample(copies, samples, seed))
        log_q = surrogate.log_prob(copies, z)
        f = tempered(target, z, tempering) - tf.stop_gradient(log_q)
        mean = tf.reduce_mean(f, axis=-1)
        return -tf.reduce_sum((f - mean[:, tf.newaxis]) * log_q, axis=-1) / (samples - 1), (mean, z[0])

    slopes, (bound, draws) = differentiate(loss, phi, replicates)
    return Estimate(slopes, bound, draws)


def _exact_variance(target: Target, surrogate: Surrogate, phi: tf.Tensor, samples: int) -> tf.Tensor:
    """That of a sample covariance of f and the score s: (μ₂₂ − μ₁₁² (K−2)/(K−1) + μ₂₀ μ₀₂/(K−1)) / K."""
    phi = tf.cast(phi, tf.float64)
    noise, weights = (tf.constant(part) for part in noise_grid(surrogate.sizes.event_size))
    z, weight = surrogate.nodes(phi, noise, weights)
    copies = copies_of(phi, z.shape[0])
    with tf.GradientTape() as tape:
        tape.watch(copies)
        log_q = surrogate.log_prob(copies, z[:, tf.newaxis, :])
    score = tape.gradient(log_q, copies)
    f = target.log_prob(z)[:, tf.newaxis] - log_q
    weight = weight[:, tf.newaxis]
    centred = f - tf.reduce_sum(weight * f, axis=0)
    both, cross = (tf.reduce_sum(weight * (centred * score) ** power, axis=0) for power in (2, 1))
    squares = tf.reduce_sum(weight * centred**2, axis=0) * tf.reduce_sum(weight * score**2, axis=0)
    return (both - cross**2 * (samples - 2) / (samples - 1) + squares / (samples - 1)) / samples


OBJECTIVE = Objective(
    key="score_function_loo",
    label="score function, leave-one-out",
    story="Weighs each sample by log p − log q against the other K − 1: no slope of log p needed.",
    latex=r"-\tfrac{1}{K-1}\sum_k\left(f_k-\bar f\right)\nabla_\varphi\log q(z_k;\varphi)",
    reference="Ranganath et al. 2014; Kool et al. 2019",
    goal="elbo",
    gradients=_gradients,
    why_not=needs_two,
    exact_variance=_exact_variance,
    order=4,
)
