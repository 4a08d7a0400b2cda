"""Families over vectors: exact values against brute force over the joint distribution, paths, twins, limits."""

import itertools
import math

import numpy as np
import pytest
import tensorflow as tf
from tensorflow_probability import distributions as tfd

from playground import exact
from playground.config import MOST_SAMPLES_IN_ALL, Config
from playground.errors import InvalidInput
from playground.estimator import Draw
from playground.estimators import ESTIMATORS
from playground.families import FAMILIES
from playground.problem import Problem
from playground.training.chunk import Signature, hot_of, trainer_of
from playground.training.landscape import landscape_of
from tests.closed_forms import problem_of
from tests.replicates import EXPRESSION, REPLICATES, VECTORS, Reference, Z, gradients

THETA = {
    "bernoulli_product": [[0.8, -1.0, 0.3, 2.0, -0.2], [0.0, 1.5, -2.5, 0.4, 0.1]],
    "mvn_diag": [[1.0, -0.5, 1.0, 0.6], [0.3, 2.0, 0.4, 1.2]],
    "mvn_tril": [[1.0, -0.5, 1.0, -0.5, 0.8], [0.2, 0.1, 0.7, 1.1, 1.4]],
    "dirichlet": [[2.0, 3.0, 1.5], [1.0, 0.7, 5.0]],
}
COSTS = ("quadratic", "exponential", "kl", EXPRESSION)


def the_problem(key: str, cost: str) -> tuple[Problem, tf.Tensor]:
    sizes = {"bernoulli_product": (5,), "mvn_diag": (2, 2), "mvn_tril": (2, 3), "dirichlet": (3,)}
    at = problem_of(key, cost)
    return Problem(at.family, at.cost, sizes[key], at.cost_values), tf.constant(THETA[key], tf.float64)


def brute_force(problem: Problem, theta: tf.Tensor) -> tf.Tensor:
    """E[f] [B] as a sum over points of the joint distribution, differentiable in θ [B, P]."""
    key, rows = problem.family.key, []
    for own in tf.unstack(theta):
        parameters = problem.unpack(own)
        if key.startswith("mvn"):
            # x = loc + L ε at Gauss–Hermite nodes of ε: the path carries θ, the weights are fixed.
            nodes, weights = np.polynomial.hermite_e.hermegauss(80)
            noise = tf.constant(list(itertools.product(nodes, repeat=2)), tf.float64)
            mass = tf.constant([a * b / (2.0 * math.pi) for a, b in itertools.product(weights, repeat=2)], tf.float64)
            if key == "mvn_diag":
                x = parameters["loc"] + parameters["scale_diag"] * noise
            else:
                a, b, c = tf.unstack(parameters["scale_tril"])
                x = parameters["loc"] + tf.stack([a * noise[:, 0], b * noise[:, 0] + c * noise[:, 1]], axis=-1)
        elif key == "dirichlet":
            x, weight = simplex()
            log_mass = tf.reduce_sum((parameters["concentration"] - 1.0) * tf.math.log(x), axis=-1)
            mass = weight * tf.exp(log_mass - tf.math.lbeta(parameters["concentration"]))
        else:
            x = tf.constant(list(itertools.product((0.0, 1.0), repeat=len(own))), tf.float64)
            p = tf.sigmoid(parameters["logits"])
            mass = tf.reduce_prod(tf.where(x > 0.5, p, 1.0 - p), axis=-1)
        copies = problem.broadcast(parameters, x.shape[:1])
        rows.append(tf.reduce_sum(mass * problem.f(x, copies)))
    return tf.stack(rows)


def simplex(count: int = 120) -> tuple[tf.Tensor, tf.Tensor]:
    """Points [N, 3] and weights [N] for integrals over x₁, x₂ of the simplex, whose edges may be singular.

    x₁ = u and x₂ = (1 − u) v, with u and v by the double-exponential map of the line to (0, 1).
    """
    tau = np.linspace(-3.4, 3.4, count)
    ends = 0.5 * math.pi * np.sinh(tau)
    u, rest = 1.0 / (1.0 + np.exp(-2.0 * ends)), 1.0 / (1.0 + np.exp(2.0 * ends))
    slope = math.pi * np.cosh(tau) * u * rest * (tau[1] - tau[0])
    first, second = (grid.ravel() for grid in np.meshgrid(np.arange(count), np.arange(count)))
    x = np.stack([u[first], rest[first] * u[second], rest[first] * rest[second]], axis=-1)
    return tf.constant(x), tf.constant(slope[first] * slope[second] * rest[first])


@pytest.mark.parametrize("cost", COSTS)
@pytest.mark.parametrize("key", VECTORS)
def test_exact_values_are_those_of_the_joint_distribution(key: str, cost: str) -> None:
    """By enumeration of 2^5 outcomes, or by quadrature over the plane; the `kl` cost by the same sums."""
    problem, theta = the_problem(key, cost)
    with tf.GradientTape() as tape:
        tape.watch(theta)
        expected = brute_force(problem, theta)
    slope = tape.gradient(expected, theta).numpy()
    value, gradient = exact.value_and_gradient(problem, theta)
    np.testing.assert_allclose(value.numpy(), expected.numpy(), rtol=1e-8)
    np.testing.assert_allclose(gradient.numpy(), slope, rtol=1e-7, atol=1e-8)
    np.testing.assert_allclose(exact.expected_cost(problem, theta).numpy(), value.numpy(), rtol=1e-12)
    known = exact.reference(problem, THETA[key][0])
    assert known.reason is None
    np.testing.assert_allclose(known.gradient, gradient[0].numpy(), rtol=1e-9, atol=1e-10)


@pytest.mark.parametrize("key", VECTORS)
def test_a_coordinate_has_the_distribution_that_is_declared(key: str) -> None:
    """Means and variances of samples of the joint distribution, coordinate by coordinate."""
    problem, theta = the_problem(key, "linear")
    parameters = problem.unpack(theta[0])
    family = problem.family
    assert family.marginals is not None
    one, own = family.marginals(parameters)
    x = family.make(parameters).sample(REPLICATES, seed=(2, 7)).numpy()
    for power in (1, 2):
        row = (x - one.make(own).mean().numpy()) ** power
        expected = 0.0 if power == 1 else one.make(own).variance().numpy()
        assert np.all(np.abs(row.mean(axis=0) - expected) < Z * row.std(axis=0) / math.sqrt(REPLICATES))


@pytest.mark.parametrize("key", [key for key in VECTORS if FAMILIES[key].mirror is not None])
def test_a_mirror_keeps_the_density_and_undoes_itself(key: str) -> None:
    problem, theta = the_problem(key, "linear")
    parameters = problem.broadcast(problem.unpack(theta[0]), (50,))
    assert problem.family.mirror is not None
    distribution = problem.family.make(parameters)
    x = distribution.sample(seed=(2, 7))
    twin = problem.family.mirror(parameters, x)
    np.testing.assert_allclose(distribution.log_prob(twin), distribution.log_prob(x), rtol=1e-9)
    np.testing.assert_allclose(problem.family.mirror(parameters, twin), x, rtol=1e-9)


@pytest.mark.parametrize("key", [key for key in VECTORS if not FAMILIES[key].discrete])
def test_the_plane_is_that_of_the_first_two_coordinates(key: str) -> None:
    """For two coordinates of three: the third integrated out by hand, or a density that is known."""
    family = FAMILIES[key]
    assert family.plane is not None
    places = tf.constant([[0.3, 0.2], [0.1, 0.6], [0.7, 0.9]], tf.float64)
    if key == "dirichlet":
        own = tf.constant([2.0, 3.0, 1.5, 0.5], tf.float64)
        got = family.plane(family.make({"concentration": own}), places).numpy()
        # 0.9 + 0.7 > 1 is outside; with the third and fourth share in one, the density is a Dirichlet's of three.
        left = 1.0 - places[:2].numpy().sum(axis=1)
        constant = math.gamma(7.0) / (math.gamma(2.0) * math.gamma(3.0) * math.gamma(2.0))
        np.testing.assert_allclose(got[:2], constant * places[:2, 0] * places[:2, 1] ** 2 * left, rtol=1e-9)
        assert got[2] == 0.0
        return
    size = 3 if key == "mvn_diag" else 2
    loc = tf.constant([0.5, -0.2, 4.0][:size], tf.float64)
    second = [0.7, 1.2, 3.0] if key == "mvn_diag" else [0.7, 0.0, 1.2]
    distribution = family.make({"loc": loc, family.parameters[1].name: tf.constant(second, tf.float64)})
    expected = tfd.Normal(loc[:2], tf.constant([0.7, 1.2], tf.float64)).prob(places).numpy().prod(axis=1)
    np.testing.assert_allclose(family.plane(distribution, places), expected, rtol=1e-9)


@pytest.mark.parametrize("key", [key for key, e in ESTIMATORS.items() if e.vectors and key != "finite_difference"])
def test_two_hundred_bits_are_estimated_and_trained(key: str) -> None:
    """One step moves all of them, by what the estimate says; the exact gradient beside it is that of 200 problems."""
    estimator, logits = ESTIMATORS[key], np.linspace(-2.0, 2.0, 200).tolist()
    if key == "pathwise":
        logits, family = [1.0] * 10, "mvn_diag"
        params = {"loc": logits, "scale_diag": [0.5] * 10}
    else:
        family, params = "bernoulli_product", {"logits": logits}
    config = Config.create(family, params, estimators=[key], samples=2, replicates=3, learning_rate=0.1)
    assert estimator.why_not(config.problem, config.draw) is None
    trainer = trainer_of(Signature.of(config))
    state = trainer.first_state(config)
    chunk = trainer.advance(state, tf.constant(0), tf.constant(1), tf.constant(1), hot_of(config))
    points, terms = chunk.estimates[0]
    assert points.shape[2] == config.problem.coordinates and terms.shape[1] == len(config.theta)
    mean = config.problem.pull_back(state.phi[0], tf.reduce_mean(terms, axis=0))
    np.testing.assert_allclose((state.phi - chunk.state.phi)[0], 0.1 * mean, rtol=1e-3, atol=1e-6)


def test_the_exact_gradient_of_two_hundred_bits_is_bit_by_bit() -> None:
    logits = np.linspace(-2.0, 2.0, 200)
    problem = problem_of("bernoulli_product", "quadratic", size=200, target=0.3)
    p = 1.0 / (1.0 + np.exp(-logits))
    known = exact.reference(problem, logits.tolist())
    np.testing.assert_allclose(known.gradient, (0.7**2 - 0.3**2) * p * (1.0 - p), rtol=1e-9)
    assert known.expected_cost == pytest.approx(float(np.sum(0.09 * (1 - p) + 0.49 * p)))


def test_disarm_of_a_vector_takes_less_than_two_bits_apart_would_show() -> None:
    """f(b) − f(b̃) is of whole vectors: a bit's weight carries the noise of all others, which an exact sum reveals.

    One sample, E over (b, b̃) by enumeration of the three outcomes of each pair: both, b alone, b̃ alone.
    """
    problem = problem_of("bernoulli_product", "quadratic", size=3, target=0.3)
    theta = (0.8, -1.0, 0.3)
    at, p = Reference(problem, theta), 1.0 / (1.0 + np.exp(-np.array(theta)))
    q, likely = np.minimum(p, 1.0 - p), (p > 0.5).astype(float)
    mean, second = np.zeros(3), np.zeros(3)
    for kinds in itertools.product((0, 1, 2), repeat=3):  # agree at the likelier bit; b = 1, b̃ = 0; b = 0, b̃ = 1
        kind = np.array(kinds)
        chance = np.prod(np.where(kind == 0, 1.0 - 2.0 * q, q))
        b, other = np.where(kind == 0, likely, kind == 1), np.where(kind == 0, likely, kind == 2)
        rise = ((b - 0.3) ** 2).sum() - ((other - 0.3) ** 2).sum()
        term = 0.5 * rise * (b - other) * (1.0 - q)
        mean, second = mean + chance * term, second + chance * term**2
    np.testing.assert_allclose(mean, at.gradient, rtol=1e-9)
    rows = gradients(at, "disarm", Draw(1, REPLICATES))
    squares = rows**2
    assert np.all(np.abs(squares.mean(axis=0) - second) < Z * squares.std(axis=0) / math.sqrt(REPLICATES))


@pytest.mark.parametrize(
    ("family", "params", "sentence"),
    [
        (
            "mvn_tril",
            {"scale_tril": [1.0, -2.0, -0.5]},
            r"Family 'mvn_tril': `scale_tril\[1\]\[1\]` must be positive, got -0.5.",
        ),
        ("mvn_tril", {"scale_tril": [1.0, 2.0]}, "`scale_tril` must have 3 values, got 2."),
        ("mvn_diag", {"loc": [0.0, 1.0, 2.0]}, r"its vectors must have one length, got \[2, 3\]."),
        ("dirichlet", {"concentration": [1.0, 0.0, 2.0]}, "`concentration` must be positive, got 0.0."),
        ("bernoulli_product", {"logits": [0.0] * 201}, "`logits` must have 1 to 200 values, got 201."),
    ],
)
def test_parameters_that_cannot_be_are_refused(family: str, params: dict, sentence: str) -> None:
    with pytest.raises(InvalidInput, match=sentence):
        Config.create(family, params, estimators="score_function")


def test_limits_count_every_coordinate() -> None:
    bits = {"logits": [0.0] * 200}
    enough = MOST_SAMPLES_IN_ALL // (200 * 1000)
    Config.create("bernoulli_product", bits, estimators="disarm", samples=1000, replicates=enough)
    with pytest.raises(InvalidInput, match="samples × replicates × coordinates must be at most 1,000,000,000, got"):
        Config.create("bernoulli_product", bits, estimators="disarm", samples=1000, replicates=enough + 1)
    with pytest.raises(InvalidInput, match="Two runs for each of 200 parameters are too many: SPSA takes two"):
        Config.create("bernoulli_product", bits, estimators="finite_difference")


@pytest.mark.parametrize("key", [key for key, estimator in ESTIMATORS.items() if not estimator.vectors])
def test_what_is_written_for_numbers_refuses_vectors(key: str) -> None:
    for family in VECTORS:
        problem = problem_of(family, "quadratic")
        label = ESTIMATORS[key].label
        expected = f"{problem.family.label} draws vectors, and {label} is written for one number at a time."
        assert ESTIMATORS[key].why_not(problem, Draw(4, 2)) == expected


@pytest.mark.parametrize("maximize", [False, True])
def test_the_optimum_of_many_coordinates_is_found(maximize: bool) -> None:
    """Of Σ (x_d − 0.3)² the best bits are all 0, at the menu's lower end, or all 1, at its upper."""
    config = Config.create(
        "bernoulli_product",
        {"logits": np.linspace(-2.0, 2.0, 40).tolist()},
        cost_params={"target": 0.3},
        estimators="disarm",
        maximize=maximize,
    )
    found = landscape_of(config)
    np.testing.assert_allclose(found.best_theta, 5.0 if maximize else -5.0, atol=1e-3)
    assert found.expected_cost.shape == (41, 41) and np.all(np.isfinite(found.expected_cost))
