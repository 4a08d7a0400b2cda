"""The published variances of five estimators for three costs under a Normal: by hand, by quadrature, and by sampling.

The reference is a trapezoidal rule in NumPy over the estimators' formulas, which shares nothing with the engine; for
the quadratic cost it is in turn held to polynomials worked by hand. Sampled variances are held to 5 standard errors of
the variance: 300 comparisons, 0.02 % of false alarms for a new seed; the seed is fixed.

References:
  Mohamed, Rosca, Figurnov & Mnih (2020), Monte Carlo gradient estimation in machine learning, figures 2 and 3.
"""

import functools
import math
from collections.abc import Callable

import numpy as np
import pytest
import tensorflow as tf

from playground import moments
from playground.estimator import Draw
from playground.estimators import ESTIMATORS
from tests.replicates import (
    SEED,
    Reference,
    Z,
    exact_variance,
    hyperparameters_of,
    parameters_of,
    reference_of,
    rows_of,
    variance_in_errors,
)

Function = Callable[[np.ndarray], np.ndarray]

MANY = 100_000
KEYS = (
    "score_function",
    "score_function_mean_baseline",
    "score_function_optimal_baseline",
    "pathwise",
    "measure_valued",
)
# Of each cost: its number's name, ten values of it as in the figures, f and f′.
COSTS: dict[str, tuple[str, np.ndarray, Callable[[float], Function], Callable[[float], Function]]] = {
    "quadratic": (
        "target",
        np.linspace(-3.0, 3.0, 10),
        lambda k: lambda x: (x - k) ** 2,
        lambda k: lambda x: 2 * (x - k),
    ),
    "exponential": (
        "k",
        np.linspace(0.1, 10.0, 10),
        lambda k: lambda x: np.exp(-k * x**2),
        lambda k: lambda x: -2 * k * x * np.exp(-k * x**2),
    ),
    "cosine": (
        "k",
        np.linspace(0.5, 5.0, 10),
        lambda k: lambda x: np.cos(k * x),
        lambda k: lambda x: -k * np.sin(k * x),
    ),
}
CASES = [(cost, float(k)) for cost, (_, values, *_) in COSTS.items() for k in values]


def problem(cost: str, k: float) -> Reference:
    """N(x | 1, 1) and the cost."""
    return reference_of("normal", cost, (("loc", 1.0), ("scale", 1.0)), **{COSTS[cost][0]: k})


@functools.cache
def variances(cost: str, k: float) -> dict[str, np.ndarray]:
    """Of one sample with respect to loc and scale [2], for each estimator: sums over a fine grid of the noise."""
    f, slope = COSTS[cost][2](k), COSTS[cost][3](k)
    step = 0.0025
    e = np.arange(-12.0, 12.0 + step, step)
    mass = np.exp(-0.5 * e**2) / math.sqrt(2.0 * math.pi) * step
    scores = np.stack([e, e**2 - 1.0])
    costs = f(1.0 + e)
    gradient = scores @ (costs * mass)

    def spread(terms: np.ndarray) -> np.ndarray:
        return (terms**2 @ mass) - gradient**2

    best = (scores**2 @ (costs * mass)) / (scores**2 @ mass)
    # One draw for both sides: a Rayleigh length for loc; for scale a Maxwell length m and a uniform fraction of it.
    up = e[e >= 0.0]
    rayleigh = up * np.exp(-0.5 * up**2) * step
    loc = np.sum((f(1.0 + up) - f(1.0 - up)) ** 2 * rayleigh) / (2.0 * math.pi)
    u, weights = np.polynomial.legendre.leggauss(100)
    fractions, coarse = 0.5 * (u + 1.0), slice(None, None, 4)
    falls = f(1.0 + e[coarse])[:, np.newaxis] - f(1.0 + e[coarse, np.newaxis] * fractions)
    scale = np.sum(falls**2 @ (0.5 * weights) * (e**2 * mass)[coarse]) * 4.0
    return {
        "score_function": spread(costs * scores),
        "score_function_mean_baseline": spread((costs - costs @ mass) * scores),
        "score_function_optimal_baseline": spread((costs - best[:, np.newaxis]) * scores),
        "pathwise": spread(slope(1.0 + e) * np.stack([np.ones_like(e), e])),
        "measure_valued": np.array([loc, scale]) - gradient**2,
    }


def by_hand(d: float) -> dict[str, tuple[float, float]]:
    """For (x − k)², with respect to loc and to scale, d = 1 − k."""
    return {
        "score_function": (d**4 + 14 * d**2 + 15, 2 * d**4 + 60 * d**2 + 74),
        "score_function_mean_baseline": (8 * d**2 + 10, 40 * d**2 + 56),
        "score_function_optimal_baseline": (8 * d**2 + 6, 40 * d**2 + 24),
        "pathwise": (4.0, 4 * d**2 + 8),
        "measure_valued": ((16 / math.pi - 4) * d**2, 4 * d**2 + 4),
    }


@pytest.mark.parametrize("k", [0.0, *COSTS["quadratic"][1]])
def test_the_reference_is_what_is_worked_by_hand(k: float) -> None:
    expected = by_hand(1.0 - k)
    for key, variance in variances("quadratic", float(k)).items():
        np.testing.assert_allclose(variance, expected[key], rtol=1e-9, atol=1e-12)


def test_the_published_numbers_at_zero() -> None:
    loc = [by_hand(1.0)[key][0] for key in KEYS]
    assert loc == pytest.approx([30.0, 18.0, 14.0, 4.0, 1.093], abs=5e-4)
    assert [by_hand(1.0)[key][1] for key in KEYS] == [136.0, 96.0, 64.0, 12.0, 8.0]


@pytest.mark.parametrize(("cost", "k"), CASES)
def test_the_exact_variances_are_the_published_ones(cost: str, k: float) -> None:
    """What the engine draws in grey, from quadrature of its own."""
    at, expected = problem(cost, k), variances(cost, k)
    for key in ("score_function", "score_function_optimal_baseline", "pathwise"):
        for samples in (1, 8):
            np.testing.assert_allclose(exact_variance(at, key, samples), expected[key] / samples, rtol=1e-7)
    mean = at.nodes.mean(at.nodes.f)[:, tf.newaxis] * tf.ones([1, 2], tf.float64)
    ideal = moments.score_function_variance(at.nodes, mean).numpy()[0]
    np.testing.assert_allclose(ideal, expected["score_function_mean_baseline"], rtol=1e-7)


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize(("cost", "k"), CASES)
def test_sampled_variances_are_the_published_ones(cost: str, k: float, key: str) -> None:
    """With the exact mean in the running mean's place; the largest pilot adds 1/10 000 of the variance or so."""
    at, estimator = problem(cost, k), ESTIMATORS[key]
    chosen = {"pilot_samples": 10_000.0} if key == "score_function_optimal_baseline" else {}
    numbers = hyperparameters_of(estimator, **chosen)
    state = estimator.init(at.problem, numbers)
    if state:
        state = {"weighted_sum": tf.constant(at.known.expected_cost, tf.float32), "weight": tf.ones([])}
    seed, draw = tf.constant([SEED, 0]), Draw(1, MANY)
    rows = rows_of(at, estimator.estimate(at.problem, numbers, state, parameters_of(at), seed, draw)[0])
    assert np.all(variance_in_errors(rows, variances(cost, k)[key]) < Z)


def test_where_the_path_becomes_worse_than_the_score() -> None:
    """cos(kx), with respect to loc: the variances cross at k = 1.064 (their figure 3), for the engine as by hand."""

    def excess(k: float) -> tuple[float, float]:
        own, engine = variances("cosine", k), problem("cosine", k)
        exact = [exact_variance(engine, key, 1)[0] for key in ("pathwise", "score_function")]
        return own["pathwise"][0] - own["score_function"][0], float(exact[0] - exact[1])

    for way in (0, 1):
        low, high = 0.5, 2.0
        assert excess(low)[way] < 0.0 < excess(high)[way]
        for _ in range(20):
            middle = 0.5 * (low + high)
            low, high = (middle, high) if excess(middle)[way] < 0.0 else (low, middle)
        assert low == pytest.approx(1.064, abs=5e-4)
