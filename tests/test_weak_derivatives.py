"""Weak derivatives: for every family of the table, and the exact gradient wherever θ is."""

import functools
import math

import numpy as np
import pytest
import tensorflow as tf

from playground import exact
from playground.families import FAMILIES
from tests.closed_forms import defaults, problem_of

WEAK = [(family.key, name) for family in FAMILIES.values() for name in family.weak_derivatives]
SEED = (2, 7)


def test_weak_derivatives_are_there_for_every_family_of_the_table() -> None:
    both = "normal lognormal laplace gamma beta weibull uniform logistic cauchy gumbel inverse_gamma inverse_gaussian "
    both += "pareto kumaraswamy negative_binomial"
    single = "exponential half_normal bernoulli binomial poisson geometric".split()
    assert sorted({key for key, _ in WEAK}) == sorted([*both.split(), *single, "truncated_normal"])
    assert len(WEAK) == 2 * len(both.split()) + len(single) + 4


AWKWARD = {
    "gamma": [0.3, 2.0],
    "beta": [0.5, 4.0],
    "weibull": [0.7, 2.0],
    "lognormal": [-1.0, 0.8],
    "uniform": [-3.0, 1.0],
    "logistic": [-2.0, 2.0],
    "cauchy": [-1.0, 0.3],
    "gumbel": [-1.0, 2.5],
    "truncated_normal": [1.8, 0.6, -0.5, 2.5],
    "inverse_gamma": [9.0, 0.5],
    "inverse_gaussian": [4.0, 2.0],
    "pareto": [9.0, 0.3],
    "kumaraswamy": [0.8, 0.75],
    "negative_binomial": [0.6, 1.8],
}


@functools.cache  # For the other precision, and the other parameters.
def exact_gradient(key: str, cost: str, theta: tuple[float, ...]) -> np.ndarray:
    """[P], whatever is estimated of it."""
    return exact.gradient(problem_of(key, cost), tf.constant([theta], tf.float64)).numpy()[0]


@pytest.mark.parametrize(("key", "name"), WEAK)
@pytest.mark.parametrize("place", ["default", "awkward"])
@pytest.mark.parametrize("dtype", [tf.float32, tf.float64])
def test_weak_derivatives_are_the_exact_gradient(key: str, name: str, place: str, dtype: tf.DType) -> None:
    """200 000 pairs: |mean − exact| < 5 se, and 5 se < a quarter of the gradient for one cost at least.

    False alarms: six in ten million for each of the comparisons.
    """
    base = defaults(problem_of(key, "linear"))
    theta = base if place == "default" else AWKWARD.get(key, [1.7 * value + 0.3 for value in base])
    powered = False
    for cost in ("exponential" if key == "cauchy" else "quadratic", "tanh(x - 0.3)"):
        problem = problem_of(key, cost)
        parameters = problem.broadcast(problem.unpack(tf.constant(theta, dtype)), (400, 500))
        weak = problem.family.weak_derivatives[name](parameters, tf.constant(SEED))
        for side in (weak.positive, weak.negative):
            assert side.dtype == dtype and side.shape == (400, 500) and np.all(np.isfinite(side.numpy()))
        terms = weak.constant * (problem.f(weak.positive, parameters) - problem.f(weak.negative, parameters))
        terms = np.broadcast_to(terms.numpy().astype(float), (400, 500))
        expected = exact_gradient(key, cost, tuple(theta))[problem.names.index(name)]
        error = terms.std() / math.sqrt(terms.size)
        # Where nothing is left to chance what remains is float32's rounding.
        assert abs(terms.mean() - expected) < 5.0 * error + 2e-6 * np.abs(terms).mean(), (cost, expected)
        powered |= 5.0 * error < 0.25 * abs(expected)
    assert powered


@pytest.mark.parametrize(("key", "name"), WEAK)
def test_weak_derivatives_are_drawn_inside_a_compiled_step_and_from_their_seed(key: str, name: str) -> None:
    problem = problem_of(key, "linear")
    parameters = problem.broadcast(problem.unpack(tf.constant(defaults(problem), tf.float32)), (6, 4))

    @tf.function(autograph=False)
    def compiled(parameters: dict[str, tf.Tensor], seed: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        weak = problem.family.weak_derivatives[name](parameters, seed)
        return weak.positive, weak.negative

    first, again = compiled(parameters, tf.constant(SEED)), compiled(parameters, tf.constant(SEED))
    other = compiled(parameters, tf.constant([3, 8]))
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    # A Bernoulli's pair is 1 and 0, always.
    assert key == "bernoulli" or not all(np.array_equal(a, b) for a, b in zip(first, other, strict=True))
