"""The estimators that move θ itself: what they are biased *to*, how fast that fades, and what common noise is worth.

Means are compared with numbers that involve no sampling, at 5 standard errors: about 300 comparisons, 0.02 % of false
alarms for a new seed; the seed is fixed.
"""

import itertools
import math

import numpy as np
import pytest
import tensorflow as tf

from playground import exact
from playground.estimator import Draw
from playground.estimators import ESTIMATORS
from playground.families import FAMILIES
from tests.replicates import (
    SEED,
    Reference,
    Z,
    at_grid,
    bias_in_errors,
    gradients,
    legal,
    parameters_of,
    reference_of,
    rows_of,
)

SMALL, MANY = Draw(4, 4000), Draw(4, 100_000)
STEP = 0.5
MOVING = ("finite_difference", "spsa", "evolution_strategies")
# Their samplers are continuous in θ: none rejects, and none wraps around.
CONTINUOUS = "normal lognormal laplace exponential weibull uniform logistic gumbel half_normal kumaraswamy".split()
DISCRETE = [key for key, family in FAMILIES.items() if family.discrete]


def directions(key: str, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Steps [N, P] and their weights [N] for the mean of (F(φ + h d) − F(φ − h d)) d / 2h: no sampling."""
    if key == "finite_difference":
        return np.eye(size), np.ones(size)
    if key == "spsa":
        signs = np.array(list(itertools.product((-1.0, 1.0), repeat=size)))
        return signs, np.full(len(signs), 0.5**size)
    nodes, weights = np.polynomial.hermite_e.hermegauss(24)
    weights = weights / weights.sum()
    return (
        np.array(list(itertools.product(nodes, repeat=size))),
        np.array([np.prod(w) for w in itertools.product(weights, repeat=size)]),
    )


def biased_to(at: Reference, key: str, step: float) -> np.ndarray:
    """What the estimator's mean is [P], from exact values of E[f] alone."""
    steps, weights = directions(key, len(at.theta))
    phi = at.problem.unconstrain(tf.constant(at.theta, tf.float64))
    high, low = (
        exact.expected_cost(at.problem, at.problem.constrain(phi + sign * step * steps)) for sign in (1.0, -1.0)
    )
    slope = (weights * (high - low).numpy() / (2.0 * step)) @ steps
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(phi)
        theta = at.problem.constrain(phi)
    # Row by row: to do all rows at once TensorFlow would trace a graph each time.
    return np.linalg.solve(tape.jacobian(theta, phi, experimental_use_pfor=False).numpy().T, slope)


def step_of(key: str) -> str:
    return ESTIMATORS[key].hyperparameters[0].parameter.name


@pytest.mark.parametrize("key", MOVING)
@pytest.mark.parametrize("family", FAMILIES)
def test_a_biased_mean_is_that_of_the_smoothed_problem(family: str, key: str) -> None:
    """Central differences of the exact E[f], averaged over all directions; Gauss–Hermite for a Normal cloud."""
    for cost in legal(family, key, SMALL, ("exponential", "step")):
        at = at_grid(family, cost)
        if key == "evolution_strategies" and len(at.theta) > 2:  # 24^P directions
            continue
        z = bias_in_errors(gradients(at, key, SMALL, **{step_of(key): STEP}), biased_to(at, key, STEP))
        assert np.all(z < Z), (cost, z)


def test_half_the_step_leaves_a_quarter_of_the_bias() -> None:
    """cos x under N(1, 1) with respect to loc: the difference quotient is sin(h)/h times the gradient."""
    at = reference_of("normal", "cosine", (("loc", 1.0), ("scale", 1.0)))
    for step in (1.0, 0.5):
        rows = gradients(at, "finite_difference", MANY, difference_step=step)[:, :1]
        assert bias_in_errors(rows, at.gradient[:1] * math.sin(step) / step) < Z
        assert bias_in_errors(rows, at.gradient[:1]) > 2 * Z
    left = [biased_to(at, "finite_difference", step)[0] - at.gradient[0] for step in (0.1, 0.05)]
    assert left[0] / left[1] == pytest.approx(4.0, abs=0.01)


@pytest.mark.parametrize("family", CONTINUOUS)
def test_with_common_random_numbers_a_small_step_is_the_path(family: str) -> None:
    """Replicate by replicate, in float64: the difference quotient of a continuous sampler tends to its derivative."""
    at, draw = at_grid(family, "cosine"), Draw(4, 500)
    theta, seed = parameters_of(at, tf.float64), tf.constant([SEED, 0])
    step = {"difference_step": tf.constant(1e-4, tf.float64)}
    difference, _ = ESTIMATORS["finite_difference"].estimate(at.problem, step, {}, theta, seed, draw)
    path, _ = ESTIMATORS["pathwise"].estimate(at.problem, {}, {}, theta, seed, draw)
    np.testing.assert_allclose(rows_of(at, difference), rows_of(at, path), atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("family", DISCRETE)
def test_where_samples_jump_the_variance_grows_as_one_over_the_step(family: str) -> None:
    """It doubles as h halves: with two seeds it would be four times as large."""
    at = at_grid(family, "linear")
    wide, narrow = (
        gradients(at, "finite_difference", Draw(1, 20_000), difference_step=step).var(axis=0) for step in (0.1, 0.05)
    )
    assert np.all((1.5 < narrow / wide) & (narrow / wide < 2.7))


def test_one_direction_for_all_parameters_costs_variance() -> None:
    """Per sample, each element of SPSA carries the squares of all the others: Var_i = Σ_j E[d_j²] − g_i²."""
    at = reference_of("normal", "quadratic", (("loc", 1.0), ("scale", 1.0)))
    # The path's second moments: E[(2x)²] = 8 and E[(2xε)²] = 16; on the φ scale, times ρ² = σ(φ)² for the scale.
    rho = 1.0 - math.exp(-1.0)
    rows = gradients(at, "spsa", Draw(1, 100_000), difference_step=0.01)
    both = 8.0 + rho**2 * 16.0
    expected = np.array([both - 4.0, both / rho**2 - 4.0])
    np.testing.assert_allclose(rows.var(axis=0), expected, rtol=0.05)
