"""Exact variances, against the published closed forms and against enumeration."""

import itertools
import math

import numpy as np
import pytest
import tensorflow as tf
from scipy import stats

from playground import exact, moments
from tests.closed_forms import problem_of


@pytest.mark.parametrize("k", [-3.0, 0.0, 1.0, 2.5])
def test_the_variances_of_mohamed_et_al_2020(k: float) -> None:
    """N(x | 1, 1) and (x − k)², one sample, with respect to loc (their figure 2; d = 1 − k)."""
    nodes = exact.nodes(problem_of("normal", "quadratic", target=k), tf.constant([[1.0, 1.0]], tf.float64))
    d = 1.0 - k
    mean = nodes.mean(nodes.f)[:, tf.newaxis] * tf.ones([1, 2], tf.float64)
    for variance, expected in (
        (moments.score_function_variance(nodes), d**4 + 14 * d**2 + 15),
        (moments.score_function_variance(nodes, mean), 8 * d**2 + 10),
        (moments.optimal_baseline_variance(nodes), 8 * d**2 + 6),
        (moments.pathwise_variance(nodes), 4.0),
    ):
        np.testing.assert_allclose(variance.numpy()[0, 0], expected, rtol=1e-9)


def test_the_variances_with_respect_to_scale() -> None:
    nodes = exact.nodes(problem_of("normal", "quadratic", target=0.0), tf.constant([[1.0, 1.0]], tf.float64))
    mean = nodes.mean(nodes.f)[:, tf.newaxis] * tf.ones([1, 2], tf.float64)
    for variance, expected in (
        (moments.score_function_variance(nodes), 136.0),
        (moments.score_function_variance(nodes, mean), 96.0),
        (moments.optimal_baseline_variance(nodes), 64.0),
        (moments.pathwise_variance(nodes), 12.0),
    ):
        np.testing.assert_allclose(variance.numpy()[0, 1], expected, rtol=1e-9)


def test_no_constant_baseline_beats_the_optimal_one() -> None:
    nodes = exact.nodes(problem_of("gamma", "cosine"), tf.constant([[2.0, 1.0]], tf.float64))
    best, least = moments.optimal_baseline(nodes), moments.optimal_baseline_variance(nodes).numpy()
    for shift in (-0.1, 0.1):
        assert np.all(moments.score_function_variance(nodes, best + shift).numpy() > least)


@pytest.mark.parametrize("samples", [2, 3, 4])
def test_leave_one_out_by_enumeration_of_all_samples(samples: int) -> None:
    logits = 0.7
    nodes = exact.nodes(problem_of("bernoulli", "quadratic", target=0.45), tf.constant([[logits]], tf.float64))
    p = 1.0 / (1.0 + np.exp(-logits))
    first = second = 0.0
    for draw in itertools.product((0.0, 1.0), repeat=samples):
        x = np.array(draw)
        f, probability = (x - 0.45) ** 2, np.prod(np.where(x == 1.0, p, 1.0 - p))
        estimate = np.sum((f - f.mean()) * (x - p)) / (samples - 1)
        first, second = first + probability * estimate, second + probability * estimate**2
    np.testing.assert_allclose(moments.leave_one_out_variance(nodes, samples).numpy(), [[second - first**2]], rtol=1e-9)


def test_leave_one_out_for_two_samples_is_the_published_form() -> None:
    """D² p (1 − p)(½ − p (1 − p)) for E[(b − p₀)²], D = 1 − 2 p₀ (Dong et al. 2020)."""
    nodes = exact.nodes(problem_of("bernoulli", "quadratic", target=0.3), tf.constant([[1.1]], tf.float64))
    q = 1.0 / (2.0 + 2.0 * np.cosh(1.1))
    np.testing.assert_allclose(moments.leave_one_out_variance(nodes, 2).numpy(), [[0.16 * q * (0.5 - q)]], rtol=1e-9)


@pytest.mark.parametrize(
    ("family_key", "theta", "cost", "expected"),
    [
        ("exponential", [1.0], "x**2", [80.0]),  # −2 x²/λ: 4 (E x⁴ − (E x²)²)
        ("laplace", [1.0, 1.0], "x**2", [8.0, 88.0]),  # 2 x and 2 x (x − loc)
        ("uniform", [0.0, 1.0], "linear", [1 / 12, 1 / 12]),  # 1 − x and x
        # With x = μ + σ z: ∂f/∂x = −z/σ + x and ∂f/∂μ = z/σ, so the path of loc is x, that of scale −1/σ + x z.
        ("normal", [0.3, 2.0], "kl", [4.0, 0.09 + 2 * 4.0]),
    ],
)
def test_pathwise_variances_by_hand(family_key: str, theta: list[float], cost: str, expected: list[float]) -> None:
    nodes = exact.nodes(problem_of(family_key, cost), tf.constant([theta], tf.float64))
    np.testing.assert_allclose(moments.pathwise_variance(nodes).numpy()[0], expected, rtol=1e-8)


@pytest.mark.parametrize(
    ("family_key", "concentration", "second", "fourth"),
    [
        ("gamma", 0.02, 0.02 * 1.02, 0.02 * 1.02 * 2.02 * 3.02),
        ("gamma", 0.5, 0.75, 6.5625),
        ("gamma", 0.9, 0.9 * 1.9, 0.9 * 1.9 * 2.9 * 3.9),
        ("weibull", 0.5, math.gamma(5.0), math.gamma(9.0)),
    ],
)
def test_a_singular_end_hides_no_pathwise_variance(
    family_key: str, concentration: float, second: float, fourth: float
) -> None:
    """The density is largest where it holds no mass. The path of a rate or scale of 1 is ∓x: 4 (E x⁴ − (E x²)²)."""
    nodes = exact.nodes(problem_of(family_key, "x**2"), tf.constant([[concentration, 1.0]], tf.float64))
    variance = moments.pathwise_variance(nodes).numpy()[0]
    np.testing.assert_allclose(variance[1], 4.0 * (fourth - second**2), rtol=1e-6)
    assert variance[0] > 1.0


def _pareto(alpha: float) -> list[float]:
    """Of x², where log(x / scale) ~ Exp(α) and scale = 1: the paths are −x log x / α and x."""
    by_alpha = 8.0 / (alpha * (alpha - 4.0) ** 3) - 4.0 / (alpha - 2.0) ** 4
    return [by_alpha, 4.0 * (alpha / (alpha - 4.0) - (alpha / (alpha - 2.0)) ** 2)]


@pytest.mark.parametrize("alpha", [4.3, 5.0, 9.0])
def test_a_heavy_tail_hides_no_pathwise_variance(alpha: float) -> None:
    """Much of it may come from where the density is below 1e-20 of its peak; at α = 4.3 no sample finds half of it."""
    nodes = exact.nodes(problem_of("pareto", "x**2"), tf.constant([[alpha, 1.0]], tf.float64))
    np.testing.assert_allclose(moments.pathwise_variance(nodes).numpy()[0], _pareto(alpha), rtol=1e-5)
    nodes = exact.nodes(problem_of("inverse_gamma", "x**2"), tf.constant([[alpha, 1.0]], tf.float64))
    second, fourth = (math.gamma(alpha - k) / math.gamma(alpha) for k in (2, 4))
    np.testing.assert_allclose(moments.pathwise_variance(nodes).numpy()[0, 1], 4.0 * (fourth - second**2), rtol=1e-5)


@pytest.mark.parametrize(
    ("family_key", "theta", "finite"),
    [("student_t", [3.2, 0.0, 1.0], [False, True, False]), ("pareto", [3.4, 1.0], [False, False])],
)
def test_a_variance_that_is_infinite_is_not_a_number(family_key: str, theta: list[float], finite: list[bool]) -> None:
    """A sum over nodes is always some number: here about 1e30, for x² where E x⁴ does not exist."""
    nodes = exact.nodes(problem_of(family_key, "quadratic"), tf.constant([theta], tf.float64))
    assert np.isfinite(moments.score_function_variance(nodes).numpy()[0]).tolist() == finite
    if family_key == "pareto":
        assert not np.any(np.isfinite(moments.pathwise_variance(nodes)))
    assert np.all(np.isfinite(exact.value_and_gradient_at(nodes)[1]))  # The mean is there all the same.


def test_the_paths_of_a_mixture_are_right_far_out() -> None:
    """∂F of the weights is a difference of two numbers next to 1: as one of tails it keeps its digits."""
    problem = problem_of("normal_mixture", "linear")
    theta, x = tf.constant([[0.0, 0.5, -1.0, 2.0, 0.7, 1.0]], tf.float64), np.array([-7.0, -4.0, 0.5, 7.0, 10.0])
    nodes = exact.nodes(problem, theta)
    there = nodes._replace(x=tf.constant([x]), mass=tf.ones([1, 5], tf.float64))
    weights = np.exp([0.0, 0.5]) / np.exp([0.0, 0.5]).sum()
    parts = [stats.norm(-1.0, 0.7), stats.norm(2.0, 1.0)]
    density = weights @ [part.pdf(x) for part in parts]
    # ∂_{φ₀} F = w₀ w₁ (F₀ − F₁), and so w₀ w₁ (S₁ − S₀).
    moved = weights.prod() * np.where(x < 0.0, parts[0].cdf(x) - parts[1].cdf(x), parts[1].sf(x) - parts[0].sf(x))
    np.testing.assert_allclose(moments.pathwise_terms(there).numpy()[0, 0], -moved / density, rtol=1e-9)


@pytest.mark.parametrize("family_key", ["gamma", "weibull", "kumaraswamy"])
def test_a_steep_slope_next_to_a_vanishing_density_does_not_overflow(family_key: str) -> None:
    """log p − log q is as steep at 0 as the density there is small: at some θ a node lies where their ratio is ∞."""
    theta = np.exp(np.random.default_rng(0).uniform(np.log(0.3), np.log(9.0), (400, 2)))
    nodes = exact.nodes(problem_of(family_key, "kl"), tf.constant(theta))
    assert np.all(np.isfinite(moments.pathwise_variance(nodes)))
