"""TFP declares samplers fully reparameterized whose gradients are wrong: which ones, by how much, and that we say so.

Every continuous family's path is held to the exact gradient, parameter by parameter, at the grid's θ and at another:
200 000 samples a comparison, about 110 comparisons at 5 standard errors, false alarms 6e-5 in all for a new seed; the
seed is fixed. A wrong one is seen when it is off by more than a quarter of the gradient's size (`_share`).
"""

import json
from collections.abc import Callable

import numpy as np
import pytest
import scipy.integrate
import tensorflow as tf
from tensorflow_probability import distributions as tfd

from playground.__main__ import main
from playground.estimator import Draw
from playground.estimators import ESTIMATORS
from playground.families import FAMILIES
from tests.closed_forms import defaults, problem_of
from tests.replicates import REPLICATES, SEED, THETA, Reference, Z, at_grid, bias_in_errors, gradients, standard_error

CONTINUOUS = [key for key, family in FAMILIES.items() if not family.discrete]
WRONG = {"inverse_gaussian": {"loc", "concentration"}, "truncated_normal": {"loc", "scale"}}
MANY = Draw(10, 20_000)
COST = {"von_mises": "cosine", "cauchy": "exponential"}
AWAY = {
    "beta": [0.6, 4.0],
    "cauchy": [-0.5, 0.4],
    "gamma": [0.5, 0.7],
    "inverse_gaussian": [2.0, 2.0],
    "kumaraswamy": [0.8, 5.0],
    "lognormal": [-1.0, 0.8],
    "student_t": [3.0, 0.2, 0.5],
    "truncated_normal": [1.4, 0.8, -0.5, 2.0],
    "uniform": [-0.3, 1.2],
    "von_mises": [-1.0, 0.5],
    "weibull": [0.8, 0.6],
}


def at_another(key: str) -> Reference:
    """Away from the defaults, with a bounded cost that has a slope everywhere."""
    problem = problem_of(key, COST.get(key, "tanh(x - 0.3)"))
    theta = AWAY.get(key, [0.8 * value for value in defaults(problem)])
    return Reference(problem, tuple(theta))


def at_the_grids(key: str) -> Reference:
    problem = problem_of(key, COST.get(key, "tanh(x - 0.3)"))
    return Reference(problem, at_grid(key, COST.get(key, "exponential")).theta)


@pytest.mark.parametrize("place", [at_the_grids, at_another])
@pytest.mark.parametrize("key", CONTINUOUS)
def test_a_path_is_wrong_where_it_is_said_to_be_and_nowhere_else(key: str, place: Callable[[str], Reference]) -> None:
    at = place(key)
    assert FAMILIES[key].reparameterized, "what TFP declares, also where it is not so"
    rows = gradients(at, "pathwise", MANY)
    z, share = bias_in_errors(rows, at.gradient), Z * standard_error(rows) / np.abs(at.gradient).max()
    wrong = {name for name, errors in zip(at.problem.names, z, strict=True) if errors >= Z}
    assert wrong == WRONG.get(key, set()), z
    assert np.all(share < 0.25), "a path that was off by a quarter of the gradient would be seen"
    assert (FAMILIES[key].wrong_pathwise is None) == (not wrong) == ESTIMATORS["pathwise"].unbiased(at.problem)
    assert ESTIMATORS["pathwise"].caution(at.problem) == FAMILIES[key].wrong_pathwise


def test_the_grid_has_been_where_it_says() -> None:
    assert set(AWAY) <= set(CONTINUOUS) and set(WRONG) == {k for k in FAMILIES if FAMILIES[k].wrong_pathwise}
    assert all(at_another(key).theta != at_the_grids(key).theta for key in CONTINUOUS)
    assert set(THETA) <= set(FAMILIES)


def _paths(make: Callable, theta: dict[str, float], count: int = 500) -> tuple[tf.Tensor, dict, dict]:
    """x, and ∂x/∂θ by the sampler and by −∂_θF(x)/p(x), for `count` draws that have a θ of their own each."""
    own = {name: tf.fill([count], tf.constant(value, tf.float64)) for name, value in theta.items()}
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(own)
        distribution = make(own)
        x = distribution.sample(seed=(2, 7))
        cumulative = distribution.cdf(tf.stop_gradient(x))
    right = {name: -tape.gradient(cumulative, value) / distribution.prob(x) for name, value in own.items()}
    return x, tape.gradient(x, own), right


def test_the_inverse_gaussians_two_paths_are_swapped() -> None:
    _, theirs, right = _paths(FAMILIES["inverse_gaussian"].make, {"loc": 1.0, "concentration": 3.0})
    np.testing.assert_allclose(theirs["loc"], right["concentration"], rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(theirs["concentration"], right["loc"], rtol=1e-6, atol=1e-9)
    # E x = loc: the means of the two are 0 and 1 where they should be 1 and 0.
    assert abs(np.mean(theirs["loc"])) < 0.2 < 0.8 < np.mean(theirs["concentration"])


def test_the_inverse_gaussians_paths_are_in_their_places_where_shapes_differ() -> None:
    """So a path of one shared concentration is right, and that of one for each draw, which gradients need, is not."""
    loc, concentration = tf.fill([500], tf.constant(1.0, tf.float64)), tf.constant(3.0, tf.float64)
    with tf.GradientTape() as tape:
        tape.watch([loc, concentration])
        x = FAMILIES["inverse_gaussian"].make({"loc": loc, "concentration": concentration}).sample(seed=(2, 7))
    _, _, right = _paths(FAMILIES["inverse_gaussian"].make, {"loc": 1.0, "concentration": 3.0})
    by_loc, by_concentration = tape.gradient(x, [loc, concentration])
    np.testing.assert_allclose(by_loc, right["loc"], rtol=1e-6)
    np.testing.assert_allclose(by_concentration, np.sum(right["concentration"]), rtol=1e-6)


@pytest.mark.parametrize("make", [FAMILIES["truncated_normal"].make, lambda p: tfd.TruncatedNormal(**p)])
def test_the_truncated_normals_path_is_that_of_a_normal_that_is_not_cut_off(make: Callable) -> None:
    """TFP's own sampler's, and that of ours, which draws other numbers: both are the same functions of x."""
    x, theirs, right = _paths(make, {"loc": 0.5, "scale": 1.3, "low": -1.0, "high": 2.0})
    np.testing.assert_allclose(theirs["loc"], np.ones(500), rtol=1e-9)
    np.testing.assert_allclose(theirs["scale"], (x.numpy() - 0.5) / 1.3, rtol=1e-9)
    for name in ("low", "high"):
        np.testing.assert_allclose(theirs[name], right[name], rtol=1e-6, atol=1e-9)


def test_the_published_number_of_the_truncated_normal() -> None:
    """N(0, 1) on [−1, 1]: dE[x]/dloc is 1 by the path and .2911 in truth, Var[x] over the density's own (SciPy)."""
    at = Reference(problem_of("truncated_normal", "linear"), (0.0, 1.0, -1.0, 1.0))
    weight = scipy.integrate.quad(lambda x: np.exp(-0.5 * x**2), -1.0, 1.0)[0]
    truth = scipy.integrate.quad(lambda x: x**2 * np.exp(-0.5 * x**2), -1.0, 1.0)[0] / weight
    assert truth == pytest.approx(0.2911, abs=5e-5)
    np.testing.assert_allclose(at.gradient[0], truth, rtol=1e-9)
    rows = gradients(at, "pathwise", Draw(1, 1000))
    np.testing.assert_allclose(rows[:, 0], 1.0, rtol=1e-6)
    right = gradients(at, "measure_valued", Draw(4, REPLICATES))
    assert np.all(bias_in_errors(right, at.gradient) < Z)


def test_the_truncated_normals_quantile_function_has_the_right_path() -> None:
    """As its sentence says: antithetic pairs, which are drawn through it, are unbiased."""
    theta = {"loc": 0.5, "scale": 1.3, "low": -1.0, "high": 2.0}
    own = {name: tf.fill([99], tf.constant(value, tf.float64)) for name, value in theta.items()}
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(own)
        distribution = FAMILIES["truncated_normal"].make(own)
        x = distribution.quantile(tf.constant(np.linspace(0.01, 0.99, 99)))
        cumulative = distribution.cdf(tf.stop_gradient(x))
    for value in own.values():
        right = -tape.gradient(cumulative, value) / distribution.prob(x)
        np.testing.assert_allclose(tape.gradient(x, value), right, rtol=1e-6, atol=1e-9)
    at = at_the_grids("truncated_normal")
    rows = gradients(at, "pathwise", Draw(10, REPLICATES, "antithetic"))
    assert np.all(bias_in_errors(rows, at.gradient) < Z)


def test_the_command_line_tells_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    """`measure` calls the estimate biased and says what is wrong; the z of what is biased is large."""
    command = "measure --family inverse_gaussian --estimator pathwise --cost linear --replicates 5000 --json --seed"
    assert main([*command.split(), str(SEED)]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["unbiased"] is False and min(map(abs, result["z"])) > 2 * Z
    assert result["reasons"] == {"unbiased": FAMILIES["inverse_gaussian"].wrong_pathwise}
    assert main(["list", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    told = {family["key"]: family["wrong_pathwise"] for family in found["families"]}
    assert {key for key, sentence in told.items() if sentence} == set(WRONG)
    assert next(e for e in found["estimators"] if e["key"] == "pathwise")["unbiased"] is True
