"""The scalar families beyond the first sixteen: densities by SciPy, exact values and gradients by closed forms.

What is sampled here is what is made of parts of our own: the Kumaraswamy, and the terms of a negative binomial. What
estimators do with these families is in `test_grid.py`.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.stats
import tensorflow as tf
from tensorflow_probability import distributions as tfd

from playground import exact
from playground.families import FAMILIES
from tests.closed_forms import Values, defaults, problem_of

EULER = 0.5772156649015329
SCIPY: dict[str, Callable[..., Any]] = {
    "logistic": lambda loc, scale: scipy.stats.logistic(loc, scale),
    "cauchy": lambda loc, scale: scipy.stats.cauchy(loc, scale),
    "gumbel": lambda loc, scale: scipy.stats.gumbel_r(loc, scale),
    "half_normal": lambda scale: scipy.stats.halfnorm(scale=scale),
    "truncated_normal": lambda loc, scale, low, high: scipy.stats.truncnorm(
        (low - loc) / scale, (high - loc) / scale, loc, scale
    ),
    "inverse_gamma": lambda concentration, scale: scipy.stats.invgamma(concentration, scale=scale),
    "inverse_gaussian": lambda loc, concentration: scipy.stats.invgauss(loc / concentration, scale=concentration),
    "pareto": lambda concentration, scale: scipy.stats.pareto(concentration, scale=scale),
    "negative_binomial": lambda count, logits: scipy.stats.nbinom(count, 1.0 / (1.0 + math.exp(logits))),
}
# SciPy has no Kumaraswamy: its density is held to the slope of its distribution function.
ELSEWHERE = {
    "logistic": [-2.0, 2.0],
    "cauchy": [-1.0, 0.3],
    "gumbel": [-1.0, 2.5],
    "half_normal": [3.0],
    "truncated_normal": [3.0, 0.6, -1.5, 2.5],
    "inverse_gamma": [9.0, 0.5],
    "inverse_gaussian": [4.0, 2.0],
    "pareto": [9.0, 0.3],
    "kumaraswamy": [0.8, 0.75],
    "negative_binomial": [0.6, 1.8],
}


@pytest.mark.parametrize("place", ["default", "elsewhere"])
@pytest.mark.parametrize("key", SCIPY)
def test_densities_means_and_spreads_are_scipys(key: str, place: str) -> None:
    problem = problem_of(key, "linear")
    theta = defaults(problem) if place == "default" else ELSEWHERE[key]
    theirs = SCIPY[key](*theta)
    u = np.linspace(0.01, 0.99, 99)
    x = theirs.ppf(u)
    ours = problem.distribution(problem.unpack(tf.constant([theta], tf.float64)))
    log_density = theirs.logpmf if problem.family.discrete else theirs.logpdf
    np.testing.assert_allclose(ours.log_prob(x).numpy(), log_density(x), rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(ours.cdf(x).numpy(), theirs.cdf(x), rtol=1e-9, atol=1e-12)
    if key == "cauchy":
        return
    mean, square = (exact.reference(problem_of(key, cost), theta).expected_cost for cost in ("linear", "x**2"))
    np.testing.assert_allclose([mean, square - mean**2], theirs.stats("mv"), rtol=1e-8)
    if problem.family.quantile is not None:
        own = tf.constant(u)
        distribution = problem.distribution(problem.broadcast(problem.unpack(tf.constant(theta, tf.float64)), [99]))
        np.testing.assert_allclose(problem.family.quantile(distribution, own).numpy(), x, rtol=1e-9)


def _truncated_mean(p: Values) -> tf.Tensor:
    normal = tfd.Normal(p["loc"], p["scale"])
    mass = normal.cdf(p["high"]) - normal.cdf(p["low"])
    return p["loc"] + p["scale"] ** 2 * (normal.prob(p["low"]) - normal.prob(p["high"])) / mass


def _negative_binomial_cosine(p: Values) -> tf.Tensor:
    q = tf.sigmoid(p["logits"])
    size = (1.0 - q) / tf.sqrt(1.0 - 2.0 * q * math.cos(1.0) + q**2)
    angle = tf.atan(q * math.sin(1.0) / (1.0 - q * math.cos(1.0)))
    return size ** p["total_count"] * tf.cos(p["total_count"] * angle)


def _kumaraswamy_moment(order: float) -> Callable[[Values], tf.Tensor]:
    def moment(p: Values) -> tf.Tensor:
        a, b = 1.0 + order / p["concentration1"], p["concentration0"]
        return tf.exp(tf.math.log(b) + tf.math.lgamma(a) + tf.math.lgamma(b) - tf.math.lgamma(a + b))

    return moment


def _negative_binomial_square(p: Values) -> tf.Tensor:
    mean = p["total_count"] * tf.exp(p["logits"])
    return mean + mean**2 / p["total_count"] + mean**2


CLOSED_FORMS: list[tuple[str, str, dict[str, float], Callable[[Values], tf.Tensor]]] = [
    ("logistic", "x**2", {}, lambda p: p["loc"] ** 2 + (math.pi * p["scale"]) ** 2 / 3),
    ("logistic", "cosine", {}, lambda p: tf.cos(p["loc"]) * math.pi * p["scale"] / tf.sinh(math.pi * p["scale"])),
    ("cauchy", "step", {"threshold": 0.3}, lambda p: 0.5 + tf.atan((p["loc"] - 0.3) / p["scale"]) / math.pi),
    ("cauchy", "kl", {}, lambda p: tf.math.log(((1 + p["scale"]) ** 2 + p["loc"] ** 2) / (4 * p["scale"]))),
    ("cauchy", "1/(1+x**2)", {}, lambda p: (1 + p["scale"]) / ((1 + p["scale"]) ** 2 + p["loc"] ** 2)),
    ("gumbel", "linear", {}, lambda p: p["loc"] + EULER * p["scale"]),
    ("gumbel", "x**2", {}, lambda p: (p["loc"] + EULER * p["scale"]) ** 2 + (math.pi * p["scale"]) ** 2 / 6),
    ("gumbel", "exp(-0.5*x)", {}, lambda p: tf.exp(tf.math.lgamma(1 + 0.5 * p["scale"]) - 0.5 * p["loc"])),
    ("half_normal", "linear", {}, lambda p: p["scale"] * math.sqrt(2 / math.pi)),
    ("half_normal", "cosine", {}, lambda p: tf.exp(-(p["scale"] ** 2) / 2)),
    ("truncated_normal", "linear", {}, _truncated_mean),
    ("inverse_gamma", "linear", {}, lambda p: p["scale"] / (p["concentration"] - 1)),
    ("inverse_gamma", "1/x", {}, lambda p: p["concentration"] / p["scale"]),
    ("inverse_gaussian", "x**2", {}, lambda p: p["loc"] ** 2 + p["loc"] ** 3 / p["concentration"]),
    ("inverse_gaussian", "1/x", {}, lambda p: 1 / p["loc"] + 1 / p["concentration"]),
    (
        "inverse_gaussian",
        "exp(-x)",
        {},
        lambda p: tf.exp(p["concentration"] / p["loc"] * (1 - tf.sqrt(1 + 2 * p["loc"] ** 2 / p["concentration"]))),
    ),
    ("pareto", "linear", {}, lambda p: p["concentration"] * p["scale"] / (p["concentration"] - 1)),
    ("pareto", "x**2", {}, lambda p: p["concentration"] * p["scale"] ** 2 / (p["concentration"] - 2)),
    ("pareto", "step", {"threshold": 1.5}, lambda p: (p["scale"] / 1.5) ** p["concentration"]),
    ("kumaraswamy", "linear", {}, _kumaraswamy_moment(1.0)),
    ("kumaraswamy", "x**2", {}, _kumaraswamy_moment(2.0)),
    ("negative_binomial", "x**2", {}, _negative_binomial_square),
    ("negative_binomial", "cosine", {}, _negative_binomial_cosine),
]


@pytest.mark.parametrize("case", CLOSED_FORMS, ids=lambda case: f"{case[0]}-{case[1]}")
def test_values_and_gradients_are_the_closed_forms(case: tuple) -> None:
    key, cost, values, closed_form = case
    problem = problem_of(key, cost, **values)
    theta = tf.constant([defaults(problem), ELSEWHERE[key]], tf.float64)
    with tf.GradientTape() as tape:
        tape.watch(theta)
        expected = closed_form(problem.unpack(theta))
    slope = tape.gradient(expected, theta, unconnected_gradients="zero").numpy()
    value, gradient = exact.value_and_gradient(problem, theta)
    np.testing.assert_allclose(value.numpy(), expected.numpy(), rtol=1e-8)
    np.testing.assert_allclose(gradient.numpy(), slope, rtol=1e-7, atol=1e-8 * np.abs(slope).max())


@pytest.mark.parametrize("theta", [[1.0, 1.0], [1.0, 0.3], [2.0, 4.0]])
def test_a_wave_under_a_cauchy_is_known_to_four_digits(theta: list[float]) -> None:
    """E cos x = e^{−scale} cos loc: to 5e-4 for the curves, to 1e-4 refined. The crests beyond 200 scales are lost."""
    problem, (loc, scale) = problem_of("cauchy", "cosine"), theta
    expected = math.exp(-scale) * np.array([math.cos(loc), -math.sin(loc), -math.cos(loc)])
    value, gradient = exact.value_and_gradient(problem, tf.constant([theta], tf.float64))
    np.testing.assert_allclose(np.array([value[0], *gradient[0]]), expected, atol=5e-4)
    known = exact.reference(problem, theta)
    assert known.reason is None
    np.testing.assert_allclose([known.expected_cost, *known.gradient], expected, atol=1e-4)


def test_the_kumaraswamys_density_is_the_slope_of_its_distribution_function() -> None:
    distribution = FAMILIES["kumaraswamy"].make(
        {"concentration1": tf.constant(2.0, tf.float64), "concentration0": tf.constant(3.0, tf.float64)}
    )
    x = tf.constant(np.linspace(0.05, 0.95, 19))
    with tf.GradientTape() as tape:
        tape.watch(x)
        cumulative = 1.0 - (1.0 - x**2) ** 3
    np.testing.assert_allclose(distribution.prob(tf.identity(x)).numpy(), tape.gradient(cumulative, x), rtol=1e-12)
    np.testing.assert_allclose(distribution.cdf(tf.identity(x)).numpy(), cumulative, rtol=1e-12)
    u = tf.constant(np.linspace(0.001, 0.999, 99))
    np.testing.assert_allclose(distribution.cdf(tf.identity(distribution.quantile(u))).numpy(), u, rtol=1e-9)


def test_a_kumaraswamy_never_rounds_to_its_ends() -> None:
    """TFP's own sampler does in float32, once in some million draws, and its gradient is then not a number."""
    parameters = {
        name: tf.fill([2**20], tf.constant(value))
        for name, value in (("concentration1", 2.0), ("concentration0", 20.0))
    }
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(parameters)
        ours = FAMILIES["kumaraswamy"].make(parameters).sample(seed=(2, 7))
        score = FAMILIES["kumaraswamy"].make(parameters).log_prob(tf.stop_gradient(ours))
        # What its sampler would make of the smallest uniform numbers there are.
        theirs = tfd.Kumaraswamy(**parameters).bijector.forward(tf.fill([2**20], 2.0**-23))
    for gradient in (tape.gradient(ours, parameters), tape.gradient(score, parameters)):
        assert all(np.all(np.isfinite(value.numpy())) for value in gradient.values())
    assert 0.0 < ours.numpy().min() and ours.numpy().max() < 1.0
    assert np.all(theirs.numpy() == 0.0)


def test_the_terms_of_a_negative_binomial_are_logarithmic() -> None:
    """∂ by the number of failures adds one term of the logarithmic distribution: SciPy's, at 5 standard errors."""
    family, count = FAMILIES["negative_binomial"], 200_000
    parameters = {"total_count": tf.fill([count], 2.0), "logits": tf.fill([count], 0.4)}
    weak = family.weak_derivatives["total_count"](parameters, tf.constant([2, 7]))
    term = (weak.positive - weak.negative).numpy()
    theirs = scipy.stats.logser(1.0 / (1.0 + math.exp(-0.4)))
    for k in (1, 2, 3, 8):
        share, expected = np.mean(term == k), theirs.pmf(k)
        assert abs(share - expected) < 5.0 * math.sqrt(expected / count), k
    assert term.min() == 1.0
