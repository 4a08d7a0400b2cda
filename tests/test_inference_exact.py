"""Exact bounds: against closed forms, against integrals over the density alone, and against one another."""

import math

import numpy as np
import pytest
import tensorflow as tf

from playground.inference import exact
from playground.inference.nodes import noise_grid, target_grid
from playground.inference.truth import Truth, evidence_of, target_picture
from playground.target import Target
from tests.inference_cases import WITHOUT_DATA, cases, on_grid, phi_of, reference_of, surrogate_of, target_of


@pytest.mark.parametrize(("loc", "scale"), [(0.0, 1.0), (0.8, 0.4), (-1.5, 2.0)])
def test_the_elbo_of_the_first_example_is_the_closed_form(loc: float, scale: float) -> None:
    """−KL(N(m, s) ‖ N(0, 1)) − E[z²] = log s + ½ − 3 (m² + s²)/2, and its gradient with respect to φ."""
    raw = math.log(math.expm1(scale))
    found = exact.elbo(
        target_of("prior_and_square"), surrogate_of("prior_and_square", "diagonal"), np.array([loc, raw])
    )
    assert found.bound == pytest.approx(math.log(scale) + 0.5 - 1.5 * (loc**2 + scale**2), abs=1e-10)
    slope = 1.0 / (1.0 + math.exp(-raw))
    np.testing.assert_allclose(found.gradient, [-3.0 * loc, slope * (1.0 / scale - 3.0 * scale)], atol=1e-9)


def test_the_best_q_of_the_first_example_reaches_the_evidence() -> None:
    best = np.array([0.0, math.log(math.expm1(1.0 / math.sqrt(3.0)))])
    target, surrogate = target_of("prior_and_square"), surrogate_of("prior_and_square", "diagonal")
    for found in (exact.elbo(target, surrogate, best), exact.iwae_bound(target, surrogate, best)):
        assert found.bound == pytest.approx(-0.5 * math.log(3.0), abs=1e-10)
        np.testing.assert_allclose(found.gradient, 0.0, atol=1e-9)


@cases
def test_the_elbo_is_the_integral_over_the_density(case: tuple[str, str]) -> None:
    """∫ q (log p − log q) on a fixed grid, which knows no path and no node of q, and its derivative through q."""
    target, surrogate = target_of(case[0]), surrogate_of(*case)
    z, volume = on_grid(target, 801)
    phi = tf.constant(phi_of(*case), tf.float64)
    with tf.GradientTape() as tape:
        tape.watch(phi)
        log_q = surrogate.log_prob(phi, z)
        # Where q is nothing, log p may be anything.
        inside = tf.stop_gradient(log_q) > -60.0
        terms = tf.exp(log_q) * volume * (tf.where(inside, target.log_prob(z), 0.0) - log_q)
        elbo = tf.reduce_sum(tf.where(inside, terms, 0.0))
    known = reference_of(*case, "elbo")
    tolerance = known.error + 1e-6 * np.abs(known.gradient).max()
    assert float(elbo) == pytest.approx(known.bound, abs=tolerance)
    np.testing.assert_allclose(tape.gradient(elbo, phi), known.gradient, atol=tolerance)


@cases
def test_more_samples_make_a_tighter_bound(case: tuple[str, str]) -> None:
    one, two = reference_of(*case, "elbo"), reference_of(*case, "iwae")
    assert one.bound < two.bound < evidence_of(target_of(case[0]))


@pytest.mark.parametrize("target", WITHOUT_DATA.values(), ids=WITHOUT_DATA)
def test_the_evidence_by_quadrature_is_the_closed_form(target: Target) -> None:
    unknown = Target(**(vars(target) | {"log_evidence": None}))
    assert evidence_of(unknown) == pytest.approx(target.log_evidence, abs=1e-8)


def test_the_rules_integrate() -> None:
    noise, weights = noise_grid(2)
    np.testing.assert_allclose(noise.T @ (weights[:, np.newaxis] * noise), np.eye(2), atol=1e-12)
    assert weights.sum() == pytest.approx(1.0, abs=1e-14)
    z, log_measure = target_grid(target_of("ring"), 321)
    assert np.sum(np.exp(log_measure - 0.5 * np.sum(z**2, axis=1))) == pytest.approx(2.0 * math.pi, rel=1e-10)


@cases
def test_what_is_drawn_is_near_the_reference(case: tuple[str, str]) -> None:
    """The fewer nodes of a chart cost at most 0.005 nats here, and a hundredth of the gradient, tempered or not."""
    tempering = 0.25
    target, surrogate, phi = target_of(case[0]), surrogate_of(*case), phi_of(*case)
    truth = Truth(target, surrogate, ("elbo", "forward", "iwae"))
    show = tf.constant([0, len(phi) - 1])
    found = truth.of(tf.constant(np.tile(phi, [2, 3, 1])), tf.constant([tempering, 1.0]), show)
    elbo = reference_of(*case, "elbo")
    np.testing.assert_allclose(found["elbo"], elbo.bound, atol=5e-3)
    bent = exact.elbo(target, surrogate, phi, tempering)
    forward = reference_of(*case, "forward")
    gradient = found["exact_gradient"].numpy()
    for row, known in ((gradient[0, 0], bent), (gradient[1, 0], elbo), (gradient[0, 1], forward)):
        np.testing.assert_allclose(row, -known.gradient[show.numpy()], atol=1e-2 * np.abs(known.gradient).max())
    assert np.all(np.isnan(gradient[:, 2]))
    entropy = -np.sum(_mass(target) * target_log_p(target))
    np.testing.assert_allclose(found["forward_kl"], -forward.bound - entropy, atol=5e-3)


def _mass(target: Target) -> np.ndarray:
    z, volume = on_grid(target, 601)
    return np.exp(target.log_prob(z).numpy() - evidence_of(target)) * volume.numpy()


def target_log_p(target: Target) -> np.ndarray:
    return np.maximum(target.log_prob(on_grid(target, 601)[0]).numpy() - evidence_of(target), -700.0)


def test_nothing_is_computed_where_nothing_was_recorded() -> None:
    truth = Truth(target_of("ring"), surrogate_of("ring", "diagonal"), ("elbo", "forward"))
    found = truth.of(tf.zeros([0, 2, 4]), tf.zeros([0]), tf.constant([0, 2]))
    assert {name: tuple(values.shape) for name, values in found.items()} == {
        "elbo": (0, 2),
        "exact_gradient": (0, 2, 2),
        "forward_kl": (0, 2),
    }


def test_the_pictures_are_densities_on_one_grid() -> None:
    target, surrogate = target_of("two_modes"), surrogate_of("two_modes", "full")
    truth, phi = Truth(target, surrogate, ("elbo",)), tf.constant(phi_of("two_modes", "full"))[tf.newaxis]
    axes, log_p = target_picture(target)
    cell = (axes[0][1] - axes[0][0]) * (axes[1][1] - axes[1][0])
    assert np.exp(log_p).sum() * cell == pytest.approx(1.0, abs=1e-3)
    log_q = truth.picture(phi).numpy()
    assert log_q.shape == (1, 61 * 61) == (1, len(log_p))
    point = np.array([axes[0][40], axes[1][7]], np.float32)
    expected = surrogate.log_prob(phi, tf.constant(point[np.newaxis, np.newaxis]))
    assert log_q[0, 40 * 61 + 7] == pytest.approx(float(expected[0, 0]), rel=1e-5)
