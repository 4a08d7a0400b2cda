"""The estimators that move θ, weigh, or learn: what they are biased *to*, their variances, and what they have learned.

Means and variances are compared with numbers that involve no sampling, at 5 standard errors: about 500 comparisons,
0.03 % of false alarms for a new seed; the seed is fixed.
"""

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
import tensorflow as tf
import tensorflow_probability as tfp

from playground import exact
from playground.estimator import Draw, State
from playground.estimators import ESTIMATORS, taylor
from playground.families import FAMILIES
from tests.replicates import (
    SEED,
    Reference,
    Z,
    at_grid,
    bias_in_errors,
    estimate,
    gradients,
    hyperparameters_of,
    legal,
    parameters_of,
    reference_of,
    rows_of,
    variance_in_errors,
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
    with tf.GradientTape() as tape:
        tape.watch(phi)
        theta = at.problem.constrain(phi)
    return np.linalg.solve(tape.jacobian(theta, phi).numpy().T, slope)


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


def first(at: Reference, key: str, draw: Draw, **hyper: float) -> np.ndarray:
    """The gradients of the first step, before anything is learned."""
    estimator = ESTIMATORS[key]
    numbers = hyperparameters_of(estimator, **hyper)
    state = estimator.init(at.problem, numbers)
    return rows_of(
        at, estimator.estimate(at.problem, numbers, state, parameters_of(at), tf.constant([SEED, 0]), draw)[0]
    )


def train(at: Reference, key: str, steps: int, samples: int, **hyper: float) -> State:
    """The state after some steps at one θ."""
    estimator, draw, theta = ESTIMATORS[key], Draw(samples, 1), parameters_of(at)
    numbers = hyperparameters_of(estimator, **hyper)

    def step(state: State, count: tf.Tensor) -> State:
        return estimator.estimate(at.problem, numbers, state, theta, tf.stack([SEED, count]), draw)[1]

    compiled, state = tf.function(step, autograph=False), estimator.init(at.problem, numbers)
    for count in range(steps):
        state = compiled(state, tf.constant(count))
    return state


def from_state(at: Reference, key: str, state: State, draw: Draw) -> np.ndarray:
    estimator = ESTIMATORS[key]
    arguments = (hyperparameters_of(estimator), state, parameters_of(at), tf.constant([SEED, 7]), draw)
    return rows_of(at, estimator.estimate(at.problem, *arguments)[0])


@pytest.mark.parametrize("family", [f for f in FAMILIES if legal(f, "score_function_delta", SMALL, ("quadratic",))])
def test_nothing_of_a_parabola_is_left_to_chance(family: str) -> None:
    at = at_grid(family, "quadratic")
    if not FAMILIES[family].moving_support:
        rows = first(at, "score_function_delta", Draw(4, 100))
        np.testing.assert_allclose(rows - at.gradient, 0.0, atol=2e-4 * np.abs(at.gradient).max())


def test_the_series_of_a_wave_is_that_of_the_textbook() -> None:
    """cos(3x) at the mean 0.7 of N(0.7, 2): slope −3 sin 2.1, bend −9 cos 2.1; ∇Var = (0, 2σ)."""
    at = reference_of("normal", "cosine", (("loc", 0.7), ("scale", 2.0)), k=3.0)
    series = taylor.at_the_mean(at.problem, parameters_of(at, tf.float64))
    slope, bend = -3.0 * math.sin(2.1), -9.0 * math.cos(2.1)
    np.testing.assert_allclose([series.slope, series.curvature], [slope, bend], rtol=1e-6)
    np.testing.assert_allclose([series.gradient["loc"], series.gradient["scale"]], [slope, 2.0 * bend], rtol=1e-6)


def test_the_series_takes_away_what_its_variance_says_and_learns_when_not_to() -> None:
    """By quadrature: β = 1 at the first step, and the best β after many, for a wave that outruns its parabola."""
    at = reference_of("normal", "cosine", (("loc", 1.0), ("scale", 1.0)), k=2.0)
    nodes, away = at.nodes, at.nodes.x - 1.0
    rest = nodes.f - math.cos(2.0)
    control = (away * (-2.0 * math.sin(2.0) - 2.0 * math.cos(2.0) * away))[..., tf.newaxis] * nodes.score
    plain = rest[..., tf.newaxis] * nodes.score
    centred = control - nodes.mean(control)[:, tf.newaxis]
    best = (nodes.mean(plain * centred) / nodes.mean(centred**2)).numpy()[0]

    def variance(coefficient: np.ndarray) -> np.ndarray:
        term = plain - coefficient * centred
        return nodes.mean((term - nodes.mean(term)[:, tf.newaxis]) ** 2).numpy()[0]

    assert np.all(variance_in_errors(first(at, "score_function_delta", Draw(1, 100_000)), variance(np.ones(2))) < Z)
    assert np.all(variance(best) < 0.5 * variance(np.ones(2)))
    state = train(at, "score_function_delta", 100, 1000)
    learned = ESTIMATORS["score_function_delta"].learned
    assert learned is not None
    found = np.array(list(learned.numbers(at.problem, state, parameters_of(at)).values()))
    np.testing.assert_allclose(found, best, atol=0.02)
    rows = from_state(at, "score_function_delta", state, Draw(1, 100_000))
    assert np.all(variance_in_errors(rows, variance(found)) < Z)


def wider(at: Reference, share: float, factor: float) -> np.ndarray:
    """p/q on the nodes of a Normal problem [1, N, 1], q as documented."""
    loc, scale = at.theta
    away = (at.nodes.x.numpy() - loc) / scale
    ratio = np.exp(0.5 * away**2 * (1.0 - 1.0 / factor**2)) / factor
    return (1.0 / (share + (1.0 - share) * ratio))[..., np.newaxis]


@pytest.mark.parametrize(
    ("loc", "cost", "number", "gain"), [(0.0, "step", {"threshold": 3.5}, 10.0), (1.0, "quadratic", {}, 1.5)]
)
def test_a_wider_proposal_has_the_variance_of_its_weights(loc: float, cost: str, number: dict, gain: float) -> None:
    """E_p[(p/q)(f s)²] − g² by quadrature; a step in the tail gains most."""
    at = reference_of("normal", cost, (("loc", loc), ("scale", 1.0)), **number)
    square = (at.nodes.f[..., tf.newaxis] * at.nodes.score) ** 2
    expected = at.nodes.mean(wider(at, 0.3, 3.0) * square).numpy()[0] - at.gradient**2
    hyper = {"defensive_share": 0.3, "widening": 3.0}
    rows = gradients(at, "importance_weighted_score", Draw(1, 200_000), **hyper)
    assert np.all(variance_in_errors(rows, expected) < Z) and np.all(bias_in_errors(rows, at.gradient) < Z)
    plain = at.nodes.mean(square).numpy()[0] - at.gradient**2
    assert np.all(plain > gain * expected)


@pytest.mark.parametrize(
    "family", [f for f in FAMILIES if legal(f, "importance_weighted_score", SMALL, ("exponential",))]
)
def test_the_proposal_is_wider_and_its_weights_are_bounded(family: str) -> None:
    """With f = 1 a term is (p/q) s: at most 1/α, and 1 in the mean under q."""
    at, share = at_grid(family, "exponential"), 0.25
    at = replace(at, problem=replace(at.problem, cost=replace(at.problem.cost, fn=lambda x, values: tf.ones_like(x))))
    result = estimate(at, "importance_weighted_score", Draw(1, 20_000), defensive_share=share)
    x = result.points[..., 0]
    copies = at.problem.broadcast(parameters_of(at), x.shape)
    with tf.GradientTape() as tape:
        tape.watch(copies)
        log_prob = at.problem.distribution(copies).log_prob(x)
    score = at.problem.pack(tape.gradient(log_prob, copies)).numpy()[:, 0].astype(np.float64)
    largest = np.abs(score).argmax(axis=1)[:, np.newaxis]
    terms = at.problem.pack(result.terms).numpy()[:, 0].astype(np.float64)
    weights = np.take_along_axis(terms, largest, 1) / np.take_along_axis(score, largest, 1)
    assert np.all((weights > 0.0) & (weights <= 1.0001 / share))
    assert np.all(bias_in_errors(weights, np.ones(1)) < Z)
    if not FAMILIES[family].moving_support:
        assert x.numpy().var() > 1.05 * estimate(at, "score_function", Draw(1, 20_000)).points.numpy().var()


@pytest.mark.parametrize("family", [f for f in FAMILIES if legal(f, "lax", SMALL, ("step",))])
def test_lax_is_unbiased_whatever_its_network_says(family: str) -> None:
    """With large random weights in the place of learned ones."""
    at = at_grid(family, "step")
    state = dict(train(at, "lax", 1, 64))
    state["learned"] = tf.random.stateless_normal(state["learned"].shape, [SEED, 3])
    rows = from_state(at, "lax", state, Draw(4, 20_000))
    noise = from_state(at, "lax", train(at, "lax", 1, 64), Draw(4, 20_000))
    if ESTIMATORS["lax"].unbiased(at.problem):
        assert np.all(bias_in_errors(rows, at.gradient) < Z)
    assert np.any(np.abs(rows - noise).max(axis=0) > 0.05 * noise.std(axis=0)), "the network had a say"


def test_lax_learns_a_control_variate_for_a_jump() -> None:
    """Measured: a ninth of leave-one-out's variance for loc and a seventh for scale, after 500 steps with K = 16."""
    at, draw = reference_of("normal", "step", (("loc", 1.0), ("scale", 1.0))), Draw(16, 4000)
    state = train(at, "lax", 500, 16)
    rows = from_state(at, "lax", state, draw)
    assert np.all(bias_in_errors(rows, at.gradient) < Z)
    assert np.all(rows.var(axis=0) < 0.25 * gradients(at, "score_function_loo", draw).var(axis=0))
    learned = ESTIMATORS["lax"].learned
    assert learned is not None
    x = tf.linspace(-1.0, 3.0, 101)
    curve = learned.curve(at.problem, state, parameters_of(at), x).numpy()
    assert np.corrcoef(curve, at.problem.f(x, {}))[0, 1] > 0.8
    assert set(learned.numbers(at.problem, state, parameters_of(at)))
    still = train(at, "lax", 50, 16, adaptation_rate=0.0)
    begun = ESTIMATORS["lax"].init(at.problem, hyperparameters_of(ESTIMATORS["lax"]))
    np.testing.assert_array_equal(still["learned"], begun["learned"])


@pytest.mark.parametrize("key", ["score_function", "pathwise"])
@pytest.mark.parametrize("family", FAMILIES)
def test_tfp_has_the_same_gradient_of_the_same_samples(family: str, key: str) -> None:
    """`tfp.monte_carlo.expectation`, by its own score trick or along its own path, is a second oracle."""
    for cost in legal(family, key, Draw(8, 1), ("cosine", "step", "kl")):
        at = at_grid(family, cost)
        result, problem = estimate(at, key, Draw(8, 1)), at.problem
        copies = problem.broadcast(parameters_of(at), (1, 8))
        with tf.GradientTape() as tape:
            tape.watch(copies)
            distribution = problem.distribution(copies)
            # Outside of a tape TFP's Gamma draws other numbers from the same seed.
            x = result.points[..., 0] if key == "score_function" else distribution.sample(seed=tf.constant([SEED, 0]))
            expectation = tfp.monte_carlo.expectation(
                lambda x, problem=problem, copies=copies: problem.f(x, copies),
                x,
                log_prob=distribution.log_prob,
                use_reparameterization=key == "pathwise",
                axis=1,
            )
        theirs = tape.gradient(expectation, copies, unconnected_gradients="zero")
        np.testing.assert_array_equal(result.points[..., 0], x)
        summed = problem.pack({name: tf.reduce_sum(value, axis=1) for name, value in theirs.items()})
        np.testing.assert_allclose(rows_of(at, result), summed, rtol=2e-4, atol=1e-5)
