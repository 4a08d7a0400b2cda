"""Discrete estimators over *all* outcomes of their noise, in float64: no sampling, so no error but rounding.

The noise is put in the place of the random numbers: each replicate is one outcome with its probability, and sums over
the replicates are the mean and the variance of the estimator's own code. Means are held against the exact gradient,
variances against the formula that the estimator declares, or against one written down here.
"""

import itertools
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pytest
import tensorflow as tf

from playground import noise
from playground.estimator import Draw, State
from playground.estimators import ESTIMATORS, sampling
from tests.replicates import (
    EXPRESSION,
    Reference,
    Z,
    exact_variance,
    hyperparameters_of,
    parameters_of,
    reference_of,
    rows_of,
    variance_in_errors,
)

SEED = tf.constant([0, 0])
COSTS = ("quadratic", "kl", "step", EXPRESSION)
PLACES: dict[str, dict[str, object]] = {
    "bernoulli": {"logits": 0.8},
    "categorical": {"logits": (0.5, -1.0, 0.2)},
    "binomial": {"logits": -1.0},
    "poisson": {"rate": 1.5},
    "geometric": {"logits": 0.7},
}


class Outcomes(NamedTuple):
    """All values of some noise: R outcomes of K numbers each, and their probabilities [R]."""

    values: np.ndarray
    probability: np.ndarray

    def times(self, samples: int) -> "Outcomes":
        """All ways to draw it `samples` times."""
        rows = list(itertools.product(range(len(self.values)), repeat=samples))
        return Outcomes(self.values[rows].reshape(len(rows), -1), self.probability[rows].prod(axis=1))


def between(*edges: float, order: int = 40) -> Outcomes:
    """A uniform number, as Gauss–Legendre nodes between each two edges: exact for what is smooth there."""
    x, weight = np.polynomial.legendre.leggauss(order)
    pieces = [(a, b) for a, b in itertools.pairwise(edges) if b > a]
    values = np.concatenate([a + (b - a) * 0.5 * (x + 1.0) for a, b in pieces])
    return Outcomes(values[:, np.newaxis], np.concatenate([(b - a) * 0.5 * weight for a, b in pieces]))


def at_place(family: str, cost: str) -> Reference:
    return reference_of(family, cost, tuple(PLACES[family].items()))


def mean_and_variance(
    at: Reference, key: str, outcomes: Outcomes, samples: int, state: State | None = None, **hyper: float
) -> tuple[np.ndarray, np.ndarray]:
    """Both [P], of the estimator whose replicates meet the outcomes in turn."""
    estimator, hyperparameters = ESTIMATORS[key], hyperparameters_of(ESTIMATORS[key], tf.float64, **hyper)
    state = estimator.init(at.problem, hyperparameters) if state is None else state
    draw = Draw(samples, len(outcomes.probability))
    result, _ = estimator.estimate(at.problem, hyperparameters, state, parameters_of(at, tf.float64), SEED, draw)
    weight, rows = outcomes.probability[:, np.newaxis], rows_of(at, result)
    mean = (weight * rows).sum(axis=0)
    return mean, (weight * (rows - mean) ** 2).sum(axis=0)


def runs(samples: int, keys: tuple[str, ...]) -> Iterator[tuple[str, str, str]]:
    for key, family, cost in itertools.product(keys, PLACES, COSTS):
        # Infinite supports have some hundred atoms, so that pairs of them are enough.
        if samples < 3 or family in ("bernoulli", "categorical"):
            problem = at_place(family, cost).problem
            if ESTIMATORS[key].why_not(problem, Draw(samples, 2)) is None:
                yield key, family, cost


OF_SAMPLES = ("score_function", "stochastic_triple", "muprop")
CASES = [
    *((1, *case) for case in runs(1, OF_SAMPLES)),
    *((2, *case) for case in runs(2, (*OF_SAMPLES, "score_function_loo"))),
    *((3, *case) for case in runs(3, ("score_function_loo", "stochastic_triple"))),
]


@pytest.mark.parametrize(("samples", "key", "family", "cost"), CASES)
def test_all_tuples_of_samples(samples: int, key: str, family: str, cost: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """K samples are one of N^K tuples of atoms."""
    at = at_place(family, cost)
    likely = at.nodes.mass[0].numpy() > 1e-18
    atoms = Outcomes(at.nodes.x[0].numpy()[likely, np.newaxis], at.nodes.mass[0].numpy()[likely]).times(samples)
    monkeypatch.setattr(sampling, "sample", lambda problem, copies, seed, draw: tf.constant(atoms.values))
    mean, variance = mean_and_variance(at, key, atoms, samples)
    np.testing.assert_allclose(mean, at.gradient, rtol=1e-9, atol=1e-11)
    if not (key == "score_function_loo" and cost == "kl"):  # The formula is for costs that do not depend on θ.
        np.testing.assert_allclose(variance, exact_variance(at, key, samples), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("cost", COSTS)
@pytest.mark.parametrize("p", [0.1, 0.3, 0.5, 0.9])
@pytest.mark.parametrize("key", ["arm", "disarm"])
def test_all_uniform_numbers_of_two_bits(key: str, p: float, cost: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """ARM and DisARM are polynomials in u between q and 1 − q, and beyond either."""
    at, q = reference_of("bernoulli", cost, (("logits", float(np.log(p / (1.0 - p)))),)), min(p, 1.0 - p)
    u = between(0.0, q, 1.0 - q, 1.0)
    monkeypatch.setattr(noise, "uniform", lambda like, seed: tf.constant(u.values))
    mean, variance = mean_and_variance(at, key, u, 1)
    np.testing.assert_allclose(mean, at.gradient, rtol=1e-9)
    np.testing.assert_allclose(variance, exact_variance(at, key, 1), rtol=1e-9, atol=1e-14)


@pytest.mark.parametrize("cost", COSTS)
@pytest.mark.parametrize("samples", [1, 2])
@pytest.mark.parametrize("summed", [1, 2, 3, 20])
@pytest.mark.parametrize("family", ["categorical", "binomial"])
def test_all_that_is_left_to_sample(
    family: str, summed: int, samples: int, cost: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only the atoms beyond the sum are drawn; a term varies by Σ p (1 − p(C)) ((f s + ∂f) − their mean)²."""
    at = at_place(family, cost)
    mass, nodes = at.nodes.mass[0].numpy(), at.nodes
    rest = np.argsort(-mass, kind="stable")[min(summed, len(mass) - 1) :]
    left = mass[rest] / mass[rest].sum()
    steps = np.concatenate([[0.0], left.cumsum()])
    outcomes = Outcomes(0.5 * (steps[1:] + steps[:-1])[:, np.newaxis], left).times(samples)
    monkeypatch.setattr(
        sampling, "uniform", lambda seed, draw, extra, dtype: tf.constant(outcomes.values[..., np.newaxis])
    )
    mean, variance = mean_and_variance(at, "sum_and_sample", outcomes, samples, summed_atoms=summed)
    np.testing.assert_allclose(mean, at.gradient, rtol=1e-9, atol=1e-11)
    term = nodes.with_slope(nodes.f * nodes.score)[:, 0].numpy().T[rest] * mass[rest].sum()
    about = term - (left[:, np.newaxis] * term).sum(axis=0)
    np.testing.assert_allclose(variance, (left[:, np.newaxis] * about**2).sum(axis=0) / samples, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0])
@pytest.mark.parametrize("family", ["bernoulli", "categorical"])
def test_reinmax_is_exact_on_a_quadratic_at_temperature_1_alone(
    family: str, temperature: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its mean over the classes by hand, with matrices; on (x − 0.45)² and τ = 1 that is the exact gradient."""
    at = at_place(family, "quadratic")
    values, mass = at.nodes.x[0].numpy(), at.nodes.mass[0].numpy()
    monkeypatch.setattr(sampling, "sample", lambda *arguments: tf.constant(values[:, np.newaxis]))
    mean, _ = mean_and_variance(at, "reinmax", Outcomes(values, mass), 1, temperature=temperature)
    tempered = mass ** (1.0 / temperature) / (mass ** (1.0 / temperature)).sum()

    def jacobian(probs: np.ndarray) -> np.ndarray:
        return np.diag(probs) - np.outer(probs, probs)

    expected = np.zeros(len(mass))
    for index, probability in enumerate(mass):
        g = 2.0 * (values[index] - at.problem.cost_values["target"]) * values
        middle = 0.5 * (tempered + np.eye(len(mass))[index])
        expected += probability * (2.0 * jacobian(middle) @ g - 0.5 * jacobian(mass) @ g)
    np.testing.assert_allclose(mean, expected[-len(at.theta) :], rtol=1e-9)
    assert np.allclose(mean, at.gradient, rtol=1e-9) == (temperature == 1.0)


LEARNED = [("rebar", 0.0), ("rebar", 0.4), ("relax", 0.0), ("relax", 0.4)]


@pytest.mark.parametrize("cost", ["quadratic", "cosine", EXPRESSION])
@pytest.mark.parametrize(("key", "moved"), LEARNED)
def test_all_noise_behind_a_control_variate(key: str, moved: float, cost: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """u and v of one bit by quadrature, whatever has been learned: at first, and with all of it moved by 0.4."""
    at = at_place("bernoulli", cost)
    zero = 1.0 - at.nodes.mass[0, 1].numpy()
    u, v = between(0.0, 0.01, zero, 0.99, 1.0), between(0.0, 0.01, 0.5, 0.99, 1.0)
    both = Outcomes(
        np.stack([np.repeat(u.values, len(v.values)), np.tile(v.values[:, 0], len(u.values))], axis=1),
        np.outer(u.probability, v.probability).ravel(),
    )
    columns = itertools.cycle([both.values[:, :1, np.newaxis], both.values[:, 1:, np.newaxis]])
    monkeypatch.setattr(sampling, "uniform", lambda seed, draw, extra, dtype: tf.constant(next(columns)))
    estimator = ESTIMATORS[key]

    def state(dtype: tf.DType) -> State:
        first = estimator.init(at.problem, hyperparameters_of(estimator, dtype))
        return {name: value + moved if name == "learned" else value for name, value in first.items()}

    mean, variance = mean_and_variance(at, key, both, 1, state(tf.float64))
    np.testing.assert_allclose(mean, at.gradient, rtol=1e-9)
    monkeypatch.undo()
    draw, seed = Draw(1, 20_000), tf.constant([3, 4])
    drawn, _ = estimator.estimate(
        at.problem, hyperparameters_of(estimator), state(tf.float32), parameters_of(at), seed, draw
    )
    assert np.all(variance_in_errors(rows_of(at, drawn), variance) < Z)
