"""The estimators that weigh samples or learn control variates: variances, and what they have learned. A second oracle.

Means and variances are compared with numbers that involve no sampling, at 5 standard errors: about 300 comparisons,
0.02 % of false alarms for a new seed; the seed is fixed.
"""

import math
from dataclasses import replace

import numpy as np
import pytest
import tensorflow as tf
import tensorflow_probability as tfp

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

SMALL = Draw(4, 4000)


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

    # Tracing costs as much as ten steps without a graph.
    run, state = step if steps < 10 else tf.function(step, autograph=False), estimator.init(at.problem, numbers)
    for count in range(steps):
        state = run(state, tf.constant(count))
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
    control = away * (-2.0 * math.sin(2.0) - 2.0 * math.cos(2.0) * away) * nodes.score
    plain = rest * nodes.score
    centred = control - nodes.mean(control)[..., tf.newaxis]
    best = (nodes.mean(plain * centred) / nodes.mean(centred**2)).numpy()[:, 0]

    def variance(coefficient: np.ndarray) -> np.ndarray:
        term = plain - coefficient[:, np.newaxis, np.newaxis] * centred
        return nodes.mean((term - nodes.mean(term)[..., tf.newaxis]) ** 2).numpy()[:, 0]

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
    """p/q on the nodes of a Normal problem [1, N], q as documented."""
    loc, scale = at.theta
    away = (at.nodes.x.numpy() - loc) / scale
    ratio = np.exp(np.minimum(0.5 * away**2 * (1.0 - 1.0 / factor**2), 700.0)) / factor
    return 1.0 / (share + (1.0 - share) * ratio)


@pytest.mark.parametrize(
    ("loc", "cost", "number", "gain"), [(0.0, "step", {"threshold": 3.5}, 10.0), (1.0, "quadratic", {}, 1.5)]
)
def test_a_wider_proposal_has_the_variance_of_its_weights(loc: float, cost: str, number: dict, gain: float) -> None:
    """E_p[(p/q)(f s)²] − g² by quadrature; a step in the tail gains most."""
    at = reference_of("normal", cost, (("loc", loc), ("scale", 1.0)), **number)
    square = (at.nodes.f * at.nodes.score) ** 2
    expected = at.nodes.mean(wider(at, 0.3, 3.0) * square).numpy()[:, 0] - at.gradient**2
    hyper = {"defensive_share": 0.3, "widening": 3.0}
    rows = gradients(at, "importance_weighted_score", Draw(1, 200_000), **hyper)
    assert np.all(variance_in_errors(rows, expected) < Z) and np.all(bias_in_errors(rows, at.gradient) < Z)
    plain = at.nodes.mean(square).numpy()[:, 0] - at.gradient**2
    assert np.all(plain > gain * expected)


def unevenness(x: np.ndarray) -> float:
    """The probability that two draws agree."""
    counts = np.unique(x, return_counts=True)[1]
    return float(np.sum((counts / x.size) ** 2))


@pytest.mark.parametrize(
    "family", [f for f in FAMILIES if legal(f, "importance_weighted_score", SMALL, ("exponential",))]
)
def test_the_proposal_is_wider_and_its_weights_are_bounded(family: str) -> None:
    """With f = 1 a term is (p/q) s: at most 1/α, and 1 in the mean under q."""
    at, share = at_grid(family, "exponential"), 0.25
    one = 1.0 / (at.problem.coordinates or 1)  # A vector's cost is a sum.
    cost = replace(at.problem.cost, fn=lambda x, values: one * tf.ones_like(x))
    at = replace(at, problem=replace(at.problem, cost=cost))
    result = estimate(at, "importance_weighted_score", Draw(1, 20_000), defensive_share=share)
    x = result.points[:, :, 0]
    copies = at.problem.broadcast(parameters_of(at), x.shape[:2])
    with tf.GradientTape() as tape:
        tape.watch(copies)
        log_prob = at.problem.distribution(copies).log_prob(x)
    score = at.problem.pack(tape.gradient(log_prob, copies)).numpy()[:, 0].astype(np.float64)
    largest = np.abs(score).argmax(axis=1)[:, np.newaxis]
    terms = at.problem.pack(result.terms).numpy()[:, 0].astype(np.float64)
    weights = np.take_along_axis(terms, largest, 1) / np.take_along_axis(score, largest, 1)
    assert np.all((weights >= 0.0) & (weights <= 1.0001 / share))
    assert np.all(bias_in_errors(weights, np.ones(1)) < Z)
    plain = estimate(at, "score_function", Draw(1, 20_000)).points.numpy()
    if FAMILIES[family].class_values is not None:  # Wider is nearer to even, of a vector coordinate by coordinate.
        assert unevenness(x.numpy()[..., 0]) < 0.99 * unevenness(plain[..., 0])
    elif not FAMILIES[family].moving_support:
        # Cut where hardly anything lies: a Cauchy has no variance.
        ends = np.quantile(plain, [0.005, 0.995])
        assert np.clip(x.numpy(), *ends).var() > 1.05 * np.clip(plain, *ends).var()


@pytest.mark.parametrize("family", [f for f in FAMILIES if legal(f, "lax", SMALL, ("step",))])
def test_lax_is_unbiased_whatever_its_network_says(family: str) -> None:
    """With large random weights in the place of learned ones."""
    at = at_grid(family, "step")
    trained = train(at, "lax", 1, 64)
    state = {**trained, "learned": tf.random.stateless_normal(trained["learned"].shape, [SEED, 3])}
    rows, noise = (from_state(at, "lax", each, Draw(4, 20_000)) for each in (state, trained))
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
            x = result.points[:, :, 0] if key == "score_function" else distribution.sample(seed=tf.constant([SEED, 0]))
            expectation = tfp.monte_carlo.expectation(
                lambda x, problem=problem, copies=copies: problem.f(x, copies),
                x,
                log_prob=distribution.log_prob,
                use_reparameterization=key == "pathwise",
                axis=1,
            )
        theirs = tape.gradient(expectation, copies, unconnected_gradients="zero")
        np.testing.assert_array_equal(result.points[:, :, 0], x)
        summed = problem.pack({name: tf.reduce_sum(value, axis=1) for name, value in theirs.items()})
        np.testing.assert_allclose(rows_of(at, result), summed, rtol=2e-4, atol=1e-5)


@pytest.mark.parametrize("key", ["lax", "score_function_delta"])
@pytest.mark.parametrize("family", FAMILIES)
def test_what_is_learned_can_be_drawn_over_f_everywhere(family: str, key: str) -> None:
    """Before the first step and after one: a finite curve over any grid, and numbers with names."""
    for cost in legal(family, key, SMALL, ("exponential",)):
        at, estimator = at_grid(family, cost), ESTIMATORS[key]
        assert estimator.learned is not None
        x = tf.linspace(0.1, 1.9, 7)
        for state in (estimator.init(at.problem, hyperparameters_of(estimator)), train(at, key, 1, 16)):
            curve = estimator.learned.curve(at.problem, state, parameters_of(at), x)
            numbers = estimator.learned.numbers(at.problem, state, parameters_of(at))
            assert curve.shape == (7,) and np.all(np.isfinite(curve))
            assert numbers and all(np.isfinite(float(value)) for value in numbers.values())
