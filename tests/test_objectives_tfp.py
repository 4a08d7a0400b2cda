"""The variational objectives against `tfp.vi.monte_carlo_variational_loss`, from the very same draws."""

from typing import Any

import numpy as np
import pytest
import tensorflow as tf
import tensorflow_probability as tfp
from tensorflow_probability import distributions as tfd

from playground.inference.approximation import Surrogate
from playground.objectives import OBJECTIVES
from tests.inference_cases import CASES, cases, on_grid, phi_of, reference_of, surrogate_of, target_of
from tests.row_by_row import for_mixtures

SAMPLES = 6
SEED = tf.constant([11, 3])
ONE = tf.constant(1.0, tf.float64)
Gradient = tfp.vi.GradientEstimators

CLOSE = [case for case in CASES if case[0] not in ("banana", "funnel") and case[1] != "flow"]
row_by_row = pytest.fixture(autouse=True)(for_mixtures)


class Fixed:
    """A surrogate posterior for TFP: q(z; φ) whose every sample is what the playground draws from `SEED`."""

    reparameterization_type = tfd.FULLY_REPARAMETERIZED

    def __init__(self, surrogate: Surrogate, phi: tf.Tensor) -> None:
        self._surrogate, self._phi = surrogate, phi

    def sample(self, sample_shape: Any, seed: Any = None) -> tf.Tensor:
        drawn = self._surrogate.sample(self._phi[tf.newaxis], SAMPLES, SEED)[0]
        return tf.reshape(drawn, [*sample_shape, self._surrogate.sizes.event_size])

    def log_prob(self, z: tf.Tensor) -> tf.Tensor:
        flat = tf.reshape(z, [1, -1, z.shape[-1]])
        return tf.reshape(self._surrogate.log_prob(self._phi[tf.newaxis], flat), z.shape[:-1])

    def experimental_sample_and_log_prob(self, sample_shape: Any, seed: Any = None) -> tuple[tf.Tensor, tf.Tensor]:
        z = self.sample(sample_shape)
        return z, self.log_prob(z)


def tfp_gradient(case: tuple[str, str], estimator: Any, together: int, shift: float = 0.0) -> tuple[float, np.ndarray]:
    """TFP's loss and its gradient, for `SAMPLES` draws of which so many make one bound, with log p less `shift`."""
    target, surrogate = target_of(case[0]), surrogate_of(*case)
    phi = tf.constant(phi_of(*case), tf.float64)
    with tf.GradientTape() as tape:
        tape.watch(phi)
        loss = tfp.vi.monte_carlo_variational_loss(
            lambda z: target.log_prob(z) - shift,
            Fixed(surrogate, phi),
            sample_size=SAMPLES // together,
            importance_sample_size=together,
            gradient_estimator=estimator,
            stopped_surrogate_posterior=(
                Fixed(surrogate, tf.stop_gradient(phi)) if estimator == Gradient.DOUBLY_REPARAMETERIZED else None
            ),
            seed=1,
        )
        loss = tf.reduce_mean(loss)
    return float(loss), tape.gradient(loss, phi).numpy()


def own_gradient(case: tuple[str, str], key: str) -> tuple[float, np.ndarray]:
    """The playground's loss and gradient."""
    phi = tf.constant(phi_of(*case), tf.float64)
    estimate = OBJECTIVES[key].gradients(target_of(case[0]), surrogate_of(*case), phi, SEED, SAMPLES, 1, ONE)
    return -float(estimate.bound[0]), estimate.gradients[0].numpy()


@cases
@pytest.mark.parametrize(
    ("key", "estimator", "together"),
    [
        ("monte_carlo_kl", Gradient.REPARAMETERIZATION, 1),
        ("sticking_the_landing", Gradient.DOUBLY_REPARAMETERIZED, 1),
        ("iwae", Gradient.REPARAMETERIZATION, SAMPLES),
        ("dreg", Gradient.DOUBLY_REPARAMETERIZED, SAMPLES),
        ("vimco", Gradient.VIMCO, SAMPLES),
    ],
)
def test_the_gradient_is_tfps(case: tuple[str, str], key: str, estimator: Any, together: int) -> None:
    loss, gradient = tfp_gradient(case, estimator, together)
    own_loss, own = own_gradient(case, key)
    assert own_loss == pytest.approx(loss, rel=1e-9)
    np.testing.assert_allclose(own, gradient, rtol=1e-8, atol=1e-10 * np.abs(gradient).max())


@cases
def test_the_leave_one_out_gradient_is_tfps_score_function_less_a_baseline(case: tuple[str, str]) -> None:
    """TFP's is the mean of (1 − f_k) s_k. With f̄ − 1 taken off log p it is that of −(f_k − f̄) s_k, and K/(K − 1) times
    that is the leave-one-out estimate."""
    mean = -tfp_gradient(case, Gradient.REPARAMETERIZATION, 1)[0]
    _, gradient = tfp_gradient(case, Gradient.SCORE_FUNCTION, 1, shift=mean - 1.0)
    own_loss, own = own_gradient(case, "score_function_loo")
    assert own_loss == pytest.approx(-mean, rel=1e-9)
    expected = gradient * SAMPLES / (SAMPLES - 1)
    np.testing.assert_allclose(own, expected, rtol=1e-8, atol=1e-10 * np.abs(expected).max())


@pytest.mark.parametrize("case", CLOSE, ids="-".join)
def test_the_forward_gradient_is_that_of_tfps_divergence(case: tuple[str, str]) -> None:
    """`tfp.vi.kl_forward` of p/q integrated over q is KL(p ‖ q): TFP draws from q what the playground draws from p.

    On a grid, and where no p/q is too large for a float.
    """
    target, surrogate = target_of(case[0]), surrogate_of(*case)
    assert target.log_evidence is not None
    z, volume = on_grid(target, 401)
    phi = tf.constant(phi_of(*case), tf.float64)
    log_p = target.log_prob(z) - target.log_evidence
    inside = log_p > -200.0  # where p is nothing, u log u is 0 times a large number
    z, volume, log_p = (tf.boolean_mask(part, inside) for part in (z, volume, log_p))
    with tf.GradientTape() as tape:
        tape.watch(phi)
        log_q = surrogate.log_prob(phi, z)
        divergence = tf.reduce_sum(volume * tf.exp(log_q) * tfp.vi.kl_forward(log_p - log_q))
    known = reference_of(*case, "forward")
    entropy = -float(tf.reduce_sum(volume * tf.exp(log_p) * log_p))
    assert -known.bound - entropy == pytest.approx(float(divergence), rel=1e-7)
    np.testing.assert_allclose(-tape.gradient(divergence, phi), known.gradient, rtol=1e-6, atol=1e-7)
