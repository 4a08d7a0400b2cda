"""Bayesian logistic regression: its posterior, its exact values, its gradients, and points that move while q trains."""

import math
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from playground.approximations import APPROXIMATIONS
from playground.inference import exact
from playground.inference.approximation import Sizes, Surrogate
from playground.inference.config import InferenceConfig
from playground.inference.drive import Outcome, drive
from playground.inference.evidence import evidence_given
from playground.inference.predictive import DRAWS, SEED, SIDE, predict
from playground.inference.report import spreads
from playground.inference.steps import trainer_of
from playground.inference.training import InferenceMoment, InferenceTraining
from playground.inference.truth import Truth
from playground.objectives import OBJECTIVES
from playground.points import OVERLAPPING, Points, tensor_of
from playground.target import Target
from playground.targets import TARGETS
from playground.training.history import History
from playground.training.training import Moment

TARGET = TARGETS["logistic_regression"]
Z, ROUNDING, POWER = 5.0, 2e-5, 0.25
REPLICATES, SAMPLES = 20_000, 2
FEW: Points = ((-1.0, 0.5, 0), (0.4, 0.2, 1), (1.5, -1.0, 1), (0.3, -0.6, 0))


def surrogate_of(approximation: str, components: int = 2) -> Surrogate:
    return Surrogate(APPROXIMATIONS[approximation], Sizes(3, components))


def at(points: Points) -> Target:
    return TARGET.at(tensor_of(points))


def phi_of(approximation: str, seed: int = 5) -> np.ndarray:
    start = surrogate_of(approximation).start(3)
    return (0.5 * start + 0.25 * np.random.default_rng(seed).standard_normal(len(start))).astype(np.float32)


def by_lines(approximation: str, phi: np.ndarray, points: Points) -> tuple[float, np.ndarray]:
    """The ELBO of a Normal q and its gradient, by another way: what a point adds depends on one number, its logit,
    which is Normal, so that an integral over a line for each point will do, and the KL to the prior is a formula."""
    line = np.linspace(-9.0, 9.0, 361)
    weights = tf.constant(np.exp(-0.5 * line**2) / np.exp(-0.5 * line**2).sum())
    x = np.array(points)
    rows = tf.constant(np.column_stack([np.ones(len(x)), x[:, :2]]))
    sign = tf.constant(2.0 * x[:, 2:] - 1.0)
    surrogate, phi = surrogate_of(approximation), tf.constant(phi, tf.float64)
    with tf.GradientTape() as tape:
        tape.watch(phi)
        transport = surrogate.approximation.transport
        assert transport is not None
        at_zero = transport(surrogate.sizes, phi, tf.zeros([1, 3], tf.float64))[0]
        columns = transport(surrogate.sizes, phi, tf.eye(3, dtype=tf.float64)) - at_zero
        loc = tf.linalg.matvec(rows, at_zero)[:, tf.newaxis]
        scale = tf.linalg.norm(rows @ tf.transpose(columns), axis=1)[:, tf.newaxis]
        log_likelihood = -tf.reduce_sum(tf.math.softplus(-sign * (loc + scale * line)) * weights)
        covariance = tf.transpose(columns) @ columns
        log_volume = tf.linalg.logdet(covariance)
        kl = 0.5 * (tf.linalg.trace(covariance) + tf.reduce_sum(at_zero**2) - 3.0 - log_volume)
        elbo = log_likelihood - kl
    return float(elbo), tape.gradient(elbo, phi).numpy()


def test_the_density_is_prior_times_likelihood() -> None:
    z = np.array([[0.3, -1.2, 0.8], [2.0, 0.1, -0.4]])
    expected = []
    for bias, *w in z:
        value = -0.5 * (bias**2 + w[0] ** 2 + w[1] ** 2) - 1.5 * math.log(2.0 * math.pi)
        for x, y, label in FEW:
            chance = 1.0 / (1.0 + math.exp(-bias - w[0] * x - w[1] * y))
            value += math.log(chance if label else 1.0 - chance)
        expected.append(value)
    np.testing.assert_allclose(at(FEW).log_prob(tf.constant(z)), expected, rtol=1e-12)
    np.testing.assert_allclose(at(FEW).log_prob(tf.constant(z[0])), expected[0], rtol=1e-12)
    assert at(FEW).log_prob(tf.zeros([2, 5, 3])).shape == (2, 5)
    np.testing.assert_allclose(TARGET.log_prob(tf.constant(z)), at(OVERLAPPING).log_prob(tf.constant(z)), rtol=1e-12)


def test_the_evidence_of_no_data_is_one_and_of_a_point_in_the_middle_a_half() -> None:
    assert evidence_given(TARGET, ()) == pytest.approx(0.0, abs=1e-8)
    assert evidence_given(TARGET, ((0.0, 0.0, 1),)) == pytest.approx(-math.log(2.0), abs=1e-8)


CORNERS: Points = tuple([(3.0, 3.0, 1)] * 30 + [(3.0, 3.0, 0)] * 29 + [(-3.0, 3.0, 1)])
APART: Points = tuple((-2.0 - i / 30, -2.0, 0) for i in range(30)) + tuple((2.0 + i / 30, 2.5, 1) for i in range(30))


@pytest.mark.parametrize("points", [FEW, OVERLAPPING, CORNERS, APART], ids=["few", "overlapping", "corners", "apart"])
def test_the_evidence_is_that_of_a_plain_grid(points: Points) -> None:
    """On 121 nodes an axis over the prior, which knows no mode; a trapezoidal rule errs by 1e-6 at the narrowest."""
    axis = np.linspace(-6.5, 6.5, 121)
    rows = np.array(points)
    sign, log_prior = 2.0 * rows[:, 2] - 1.0, -0.5 * axis**2 - 0.5 * math.log(2.0 * math.pi)
    total = 0.0
    for bias, log_bias in zip(axis, log_prior, strict=True):
        plane = log_bias + log_prior[:, np.newaxis] + log_prior
        for (x, y, _), s in zip(points, sign, strict=True):
            plane = plane - np.logaddexp(0.0, -s * (bias + x * axis[:, np.newaxis] + y * axis))
        total += np.exp(plane).sum()
    assert evidence_given(TARGET, points) == pytest.approx(math.log(total * (axis[1] - axis[0]) ** 3), abs=1e-5)


@pytest.mark.parametrize("approximation", ["diagonal", "full"])
def test_the_exact_elbo_is_the_one_by_lines(approximation: str) -> None:
    found = exact.elbo(at(OVERLAPPING), surrogate_of(approximation), phi_of(approximation))
    bound, gradient = by_lines(approximation, phi_of(approximation), OVERLAPPING)
    assert found.bound == pytest.approx(bound, abs=1e-7)
    np.testing.assert_allclose(found.gradient, gradient, atol=1e-6)
    assert found.bound < evidence_given(TARGET, OVERLAPPING)


@pytest.mark.parametrize("points", [OVERLAPPING, CORNERS], ids=["overlapping", "corners"])
@pytest.mark.parametrize("approximation", ["diagonal", "full"])
def test_what_is_drawn_errs_by_less_than_a_thousandth_of_a_nat(approximation: str, points: Points) -> None:
    """With few nodes and the widest q there is in training, the start, among the φ."""
    surrogate = surrogate_of(approximation)
    lanes = np.stack([surrogate.start(0), surrogate.start(1), phi_of(approximation), phi_of(approximation, 6)])
    truth = Truth(TARGET, surrogate, ("elbo",) * 4)
    show = tf.constant([0, 4])
    found = truth.of(tf.constant(lanes[np.newaxis]), tf.constant([1.0]), show, at(points))
    for lane, phi in enumerate(lanes):
        bound, gradient = by_lines(approximation, phi, points)
        assert float(found["elbo"][0, lane]) == pytest.approx(bound, abs=1e-3)
        largest = np.abs(gradient).max()
        np.testing.assert_allclose(found["exact_gradient"][0, lane], -gradient[[0, 4]], atol=1e-3 * largest)


CASES = [
    (approximation, key)
    for approximation in ("diagonal", "full", "mixture")
    for key, objective in OBJECTIVES.items()
    if objective.why_not(TARGET, APPROXIMATIONS[approximation], SAMPLES) is None
]


@pytest.mark.parametrize(("approximation", "goal"), sorted({(q, OBJECTIVES[key].goal) for q, key in CASES}))
def test_the_gradient_is_the_exact_one(approximation: str, goal: str) -> None:
    """Each element within 5 standard errors, and a wrong quarter of the largest would be seen.

    All about 200 comparisons together fail by chance with probability 1e-4.
    """
    surrogate, phi = surrogate_of(approximation), phi_of(approximation)
    known = (exact.elbo if goal == "elbo" else exact.iwae_bound)(at(FEW), surrogate, phi)
    largest = np.abs(known.gradient).max()
    assert known.error < 0.02 * largest, "the quadrature is not exact enough"
    for key in (key for q, key in CASES if (q, OBJECTIVES[key].goal) == (approximation, goal)):
        estimate = OBJECTIVES[key].gradients(
            at(FEW), surrogate, tf.constant(phi), tf.constant([2026, 7]), SAMPLES, REPLICATES, tf.constant(1.0)
        )
        rows = estimate.gradients.numpy().astype(np.float64)
        error = rows.std(axis=0, ddof=1) / math.sqrt(REPLICATES)
        assert Z * error.max() < POWER * largest, f"{key}: too weak to prove anything"
        assert np.all(np.abs(rows.mean(axis=0) + known.gradient) < Z * error + known.error + ROUNDING * largest), key


def begun(**changes: Any) -> tuple[InferenceTraining, InferenceConfig]:
    first: dict[str, Any] = {"target": "logistic_regression", "objectives": ["analytic_kl", "vimco"], "samples": 4}
    config = InferenceConfig.create(**(first | changes))
    training = InferenceTraining()
    training.begin(config)
    return training, config


def moment_of(training: InferenceTraining, config: InferenceConfig) -> InferenceMoment:
    return training.look(Moment(1, 1, "paused", None, config, 60.0, int(training.state.step), History().view()))


def test_a_moved_and_an_added_point_go_on_from_where_q_is_without_a_retrace() -> None:
    training, config = begun()
    training.advance(5, 1)
    state, trainer = training.state, trainer_of(config)
    traces = trainer.advance.traces()
    moved = begun(points=[[-2.5, 2.5, 1], *map(list, OVERLAPPING[1:]), [2.9, -2.9, 0]])[1]
    assert training.edit(moved) is False and training.state is state and trainer_of(moved) is trainer
    rows = training.advance(1, 1).rows
    assert trainer.advance.traces() == traces == 1
    for lane in range(2):
        found = exact.elbo(moved.density, config.surrogate, state.phi[lane].numpy())
        assert rows["elbo"][0, lane] == pytest.approx(found.bound, abs=1e-3)
    assert rows["log_evidence"][0] == evidence_given(TARGET, moved.points)
    stayed, _ = begun()
    stayed.advance(6, 1)
    assert np.any(stayed.state.phi.numpy() != training.state.phi.numpy())
    assert training.edit(begun(points=moved.points, seed=1)[1]) is None


def test_the_posterior_follows_the_points() -> None:
    """All classes turned round turn q round: the posterior mean changes its sign, as the prior has none."""
    turned = [[x, y, 1 - label] for x, y, label in OVERLAPPING]

    def trained(points: Any) -> Outcome:
        _, config = begun(points=points, approximation="full", objectives="analytic_kl", learning_rate=0.05)
        return drive(config, 400)

    one, other = trained(()), trained(turned)
    assert one.phi[0, 1] > 0.5 and one.phi[0, 2] > 0.5
    np.testing.assert_allclose(one.phi[0, :3], -other.phi[0, :3], atol=0.2)
    gap = one.history.columns["log_evidence"] - one.history.columns["elbo"][:, 0]
    assert np.all(gap > -1e-3) and gap[-100:].mean() < 0.1 < gap[0]


def test_the_prediction_is_that_of_the_draws_and_moves_with_q() -> None:
    training, config = begun()
    first = moment_of(training, config)
    training.advance(30, 1)
    moment = moment_of(training, config)
    assert first.predictive is not None and moment.predictive is not None
    assert moment.axes == () and moment.log_q.shape == (2, 0) and moment.log_p.shape == (0,)
    mean, spread, weights = moment.predictive
    assert mean.shape == spread.shape == (SIDE, SIDE) and not mean.flags.writeable
    z = config.surrogate.sample(tf.constant(moment.phi[0]), DRAWS, tf.constant(SEED)).numpy()
    np.testing.assert_array_equal(z[: len(weights)], weights)
    chances = 1.0 / (1.0 + np.exp(-z @ [1.0, 3.0, -1.5]))  # the last column, a quarter up
    assert mean[10, 40] == pytest.approx(chances.mean(), abs=1e-5)
    assert spread[10, 40] == pytest.approx(chances.std(), abs=1e-5)
    assert np.any(mean != first.predictive.mean)
    sharp = config.surrogate.start(0) * 0.0 + np.array([0, 0, 0, -8, -8, -8], np.float32)
    assert predict(config.surrogate, tf.constant(sharp))[1].numpy().max() < 0.01, "a q of no width has no doubt"


def test_what_can_be_used_and_what_cannot() -> None:
    assert [key for key, q in APPROXIMATIONS.items() if q.why_not(TARGET) is None] == ["diagonal", "full", "mixture"]
    flow = APPROXIMATIONS["flow"].why_not(TARGET)
    assert flow is not None and "Logistic regression has 3" in flow
    forward = OBJECTIVES["forward_kl"].why_not(TARGET, APPROXIMATIONS["full"], 8)
    assert forward is not None and "no exact sampler" in forward
    assert len(CASES) == 7 + 7 + 6


def test_known_variances_are_those_of_the_points_of_now() -> None:
    """By quadrature over three elements, against replicates: 20 % is beyond 5 standard errors of their variances for
    kurtoses up to 33."""
    config = begun(points=FEW)[1]
    found = spreads(config.density, config.surrogate, phi_of("diagonal"), 4, REPLICATES)
    exactly = {key: spread.exact for key, spread in found.items() if spread.exact is not None}
    assert set(exactly) == {"analytic_kl", "monte_carlo_kl", "sticking_the_landing", "score_function_loo"}
    for key, known in exactly.items():
        np.testing.assert_allclose(found[key].variance, known, rtol=0.2, err_msg=key)
    exact_variance = OBJECTIVES["analytic_kl"].exact_variance
    assert exact_variance is not None
    other = exact_variance(TARGET, config.surrogate, tf.constant(phi_of("diagonal")), 4)
    assert other is not None and np.abs(other.numpy() / exactly["analytic_kl"] - 1.0).max() > 0.2, "the points matter"
