"""Antithetic sampling: pairs that mirror each other, no bias, and the variance that theory gives, be it more or less.

False alarms: about 600 comparisons at 5 standard errors, 0.04 % in all for a new seed; the seed is fixed.
"""

import math

import numpy as np
import pytest
import tensorflow as tf

from playground.estimator import Draw
from playground.estimators import ESTIMATORS
from playground.estimators.sampling import sample, why_not
from playground.families import FAMILIES
from tests.replicates import (
    NUMBERS,
    REPLICATES,
    SEED,
    Z,
    at_grid,
    bias_in_errors,
    gradients,
    legal,
    pairs,
    parameters_of,
    reference_of,
    rows_of,
    variance_in_errors,
)
from tests.shared_draws import estimates

DRAW = Draw(4, REPLICATES, "antithetic")
COSTS = ("linear", "cosine")
MIRRORED = [key for key in NUMBERS if FAMILIES[key].mirror is not None or FAMILIES[key].has_quantile]


@pytest.mark.parametrize("pair", pairs(DRAW, COSTS))
def test_antithetic_sampling_brings_no_bias(pair: tuple[str, str]) -> None:
    """K = 4, so that a leave-one-out baseline has a pair to leave out and one to keep."""
    family, key = pair
    ats = [at_grid(family, cost) for cost in legal(family, key, DRAW, COSTS)]
    for at, result in zip(ats, estimates(ats, key, DRAW), strict=True):
        z = bias_in_errors(rows_of(at, result), at.gradient)
        if ESTIMATORS[key].unbiased(at.problem):
            assert np.all(z < Z), (at.problem.cost.key, z)


@pytest.mark.parametrize("family", MIRRORED)
def test_twins_are_drawn_from_the_same_distribution_and_differ_in_sign(family: str) -> None:
    at = at_grid(family, "linear")
    copies = at.problem.broadcast(parameters_of(at), DRAW.shape)
    x = sample(at.problem, copies, tf.constant([SEED, 1]), DRAW).numpy().astype(np.float64)
    for k in (0, 1):
        first, twin = x[:, k], x[:, k + 2]
        # On a circle the sign is that of the way round from the centre.
        centre = at.theta[0] if at.problem.family.period else first.mean()
        assert np.mean(np.sin(first - centre) * np.sin(twin - centre)) < 0.0 or np.cov(first, twin)[0, 1] < 0.0
        for moment in (np.sin, np.cos, np.abs):
            difference = moment(first) - moment(twin)
            error = difference.std() / math.sqrt(len(difference))
            assert abs(difference.mean()) <= Z * error + 1e-6


@pytest.mark.parametrize("family", [key for key in MIRRORED if not FAMILIES[key].discrete and not FAMILIES[key].period])
def test_twins_are_mirror_images_in_their_quantiles(family: str) -> None:
    """F(x) + F(twin) = 1, to float32's rounding of x; F in float64."""
    at, draw = at_grid(family, "linear"), Draw(6, 200, "antithetic")
    x = sample(at.problem, at.problem.broadcast(parameters_of(at), draw.shape), tf.constant([SEED, 2]), draw)
    exact = at.problem.distribution(parameters_of(at, tf.float64))
    level = exact.cdf(tf.cast(x, tf.float64)).numpy()
    np.testing.assert_allclose(level[:, :3] + level[:, 3:], 1.0, atol=2e-5)


# Family, θ, estimator, cost, and the variance of an estimate from one antithetic pair, by element; below, from two
# independent samples. Worked by hand for x = loc + scale ε and the mirror −ε, and for x = −log u / rate and 1 − u.
CLOSED_FORMS = [
    # ∂x/∂rate = −x/rate, and corr(log u, log(1 − u)) = 1 − π²/6.
    ("exponential", {"rate": 1.0}, "pathwise", "linear", [(2 - math.pi**2 / 6) / 2], [0.5]),
    # The slope is even in ε for loc (no noise at all) and odd for scale (it cancels).
    ("normal", {"loc": 1.0, "scale": 1.0}, "pathwise", "linear", [0.0, 0.0], [0.0, 0.5]),
    ("normal", {"loc": 1.0, "scale": 1.0}, "pathwise", "quadratic", [0.0, 8.0], [2.0, 6.0]),
    ("uniform", {"low": -1.0, "high": 2.0}, "pathwise", "linear", [0.0, 0.0], [1 / 24, 1 / 24]),
    # x s = μ ε/σ + ε²: the pair cancels the first, and doubles the noise of the second. Far from 0 that is a bargain,
    # near 0 a loss.
    ("normal", {"loc": 3.0, "scale": 1.0}, "score_function", "linear", [2.0], [5.5]),
    ("normal", {"loc": 1.0, "scale": 1.0}, "score_function", "linear", [2.0], [1.5]),
]


@pytest.mark.parametrize(("family", "params", "key", "cost", "pair", "independent"), CLOSED_FORMS)
def test_the_variance_is_what_theory_says(
    family: str, params: dict[str, float], key: str, cost: str, pair: list[float], independent: list[float]
) -> None:
    at, count = reference_of(family, cost, tuple(params.items())), len(pair)
    for sampling, expected in (("antithetic", pair), ("independent", independent)):
        rows = gradients(at, key, Draw(2, REPLICATES, sampling))[:, :count]
        assert np.all(variance_in_errors(rows, np.array(expected)) < Z), sampling


def test_the_lognormal_pair_gains_as_its_skewness_allows() -> None:
    """corr(e^{σε}, e^{−σε}) = −e^{−σ²}: the path of loc is x itself."""
    at, scale = reference_of("lognormal", "linear", (("loc", 0.0), ("scale", 0.3))), 0.3
    alone = math.exp(scale**2) * (math.exp(scale**2) - 1.0)
    rows = gradients(at, "pathwise", Draw(2, REPLICATES, "antithetic"))[:, :1]
    assert np.all(variance_in_errors(rows, np.array([0.5 * alone * (1.0 - math.exp(-(scale**2)))])) < Z)


def test_what_cannot_be_paired_says_so() -> None:
    normal, mixture = at_grid("normal", "linear").problem, at_grid("normal_mixture", "linear").problem
    assert why_not(normal, Draw(3, 2, "antithetic")) == "Antithetic sampling draws pairs: K must be even, got 3."
    assert why_not(normal, Draw(4, 2, "antithetic")) is None
    assert why_not(mixture, Draw(3, 2)) is None
    sentence = why_not(mixture, Draw(4, 2, "antithetic"))
    assert sentence is not None and sentence.startswith("Mixture of two Normals has no quantile function")
