"""The grid: every family × estimator × cost that can run, from the registries, against the exact gradient.

A new family, estimator or cost is tested here by being there. Each cell is R = 20 000 replicates of K = 4 samples.
Families over vectors are tried with two costs (`VECTOR_COST_KEYS`).

False alarms: `COMPARISONS` bounds how many numbers are compared at 5 standard errors, so that with a new seed the whole
grid fails by chance with a probability below 5.7e-7 · COMPARISONS = 0.9 %, if all were Normal: over four seeds and
1400 means and 1250 variances each, the largest deviations were 3.6 and 3.4 standard errors. The seed is fixed.
(TensorFlow's categorical sampler, and so the mixture, depends on the number of threads as well.) The smallest bias that
cannot hide: `test_powered`.
"""

import itertools
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pytest
import tensorflow as tf

from playground import moments
from playground.estimator import Draw, Estimate
from playground.estimators import ESTIMATORS
from playground.families import FAMILIES
from tests.replicates import (
    REPLICATES,
    SEED,
    SHOWN_AT,
    Reference,
    Z,
    at_grid,
    bias_in_errors,
    constant_baseline,
    gradients,
    hyperparameters_of,
    kurtosis_of,
    legal,
    pairs,
    parameters_of,
    rows_of,
    shifted,
    standard_error,
    variance_in_errors,
    warm_state,
)
from tests.shared_draws import estimates, shared_scores

DRAW = Draw(4, REPLICATES)
COMPARISONS = 16_000
POWER = 0.25

# Score functions with a constant baseline: their variance is known for whatever the baseline came out as.
CONSTANT_BASELINE = (
    "score_function",
    "score_function_mean_baseline",
    "score_function_learned_baseline",
    "score_function_optimal_baseline",
)


class Cell(NamedTuple):
    """One legal triple, run once."""

    cost: str
    at: Reference
    unbiased: bool
    rows: np.ndarray  # [R, P]
    first: np.ndarray  # The terms of replicate 0, [M, P].
    points: np.ndarray  # [M, S]
    baseline: np.ndarray | None


@pytest.fixture(scope="module", params=pairs(DRAW))
def cells(request: pytest.FixtureRequest) -> list[Cell]:
    family, key = request.param
    costs = legal(family, key, DRAW)
    ats = [at_grid(family, cost) for cost in costs]
    results = estimates(ats, key, DRAW, **SHOWN_AT.get(key, {}))
    return [_cell(cost, at, key, result) for cost, at, result in zip(costs, ats, results, strict=True)]


def _cell(cost: str, at: Reference, key: str, result: Estimate) -> Cell:
    return Cell(
        cost,
        at,
        ESTIMATORS[key].unbiased(at.problem),
        result.gradients(at.problem).numpy().astype(np.float64),
        result.first_terms(at.problem).numpy(),
        result.points[0].numpy(),
        constant_baseline(at, result) if key in CONSTANT_BASELINE and not at.problem.family.vector else None,
    )


def known_variances(cells: list[Cell], key: str) -> Iterator[tuple[Cell, np.ndarray, np.ndarray]]:
    """The cells whose variance [P] is known without sampling, with it, and with the estimate's kurtosis.

    Leave-one-out's kurtosis is taken for that of its limit for many samples, the mean cost as a baseline.
    """
    for cell in cells:
        if cell.at.problem.family.vector:  # No exact variance is claimed there.
            continue
        nodes, exact_variance = cell.at.nodes, ESTIMATORS[key].exact_variance
        if cell.baseline is not None:
            known = moments.score_function_variance(nodes, tf.constant(cell.baseline[np.newaxis])) / DRAW.samples
            baseline = tf.constant(cell.baseline[:, np.newaxis, np.newaxis])
        elif exact_variance is not None:
            baseline, known = nodes.mean(nodes.f)[:, tf.newaxis], exact_variance(nodes, DRAW.samples)
        else:
            continue
        if known is not None:
            scores = nodes.with_slope((nodes.f - baseline) * nodes.score)
            terms = moments.pathwise_terms(nodes) if key == "pathwise" else scores
            yield cell, known.numpy()[0], kurtosis_of(nodes, terms, DRAW.samples)


def test_the_false_alarms_are_as_stated() -> None:
    """Two comparisons, of the mean and of the variance, for each element of θ in each cell."""
    counts = [
        2 * len(at_grid(family, cost).problem.names)
        for family, key in itertools.product(FAMILIES, ESTIMATORS)
        for cost in legal(family, key, DRAW)
    ]
    assert len(counts) > 500 and COMPARISONS / 2 < sum(counts) < COMPARISONS


def test_shared_samples_and_scores_are_those_that_each_cost_would_draw() -> None:
    ats, key, draw = [at_grid("gamma", cost) for cost in ("quadratic", "step", "kl")], CONSTANT_BASELINE[1], Draw(4, 50)
    for at, shared in zip(ats, estimates(ats, key, draw), strict=True):
        np.testing.assert_array_equal(rows_of(at, shared), gradients(at, key, draw))


def test_the_exact_gradients_are_trusted(cells: list[Cell]) -> None:
    assert {cell.cost: cell.at.known.reason for cell in cells if cell.at.known.reason} == {}


def test_unbiased(cells: list[Cell]) -> None:
    """|mean − exact| < 5 standard errors, for each parameter of each problem where the estimator claims it."""
    wrong = {
        cell.cost: z
        for cell in cells
        if cell.unbiased and np.any((z := bias_in_errors(cell.rows, cell.at.gradient)) >= Z)
    }
    assert wrong == {}


def test_powered(cells: list[Cell]) -> None:
    """A bias of a quarter of the gradient would be seen where none is claimed; otherwise the case proves nothing."""
    weak = {
        cell.cost: share
        for cell in cells
        if cell.unbiased and (share := Z * standard_error(cell.rows).max() / np.abs(cell.at.gradient).max()) >= POWER
    }
    assert weak == {}


def test_what_is_called_biased_is(cells: list[Cell]) -> None:
    """For each family at some cost: relaxations, and score functions under a support that moves with θ."""
    worst = [bias_in_errors(cell.rows, cell.at.gradient).max() for cell in cells if not cell.unbiased]
    assert not worst or max(worst) > 2 * Z


def test_the_variance_is_the_exact_one(cells: list[Cell], request: pytest.FixtureRequest) -> None:
    """The spread over the replicates against quadrature or enumeration, at 5 standard errors of the variance."""
    key = request.node.callspec.params["cells"][1]
    wrong = {
        cell.cost: z
        for cell, known, kurtosis in known_variances(cells, key)
        if np.any((z := variance_in_errors(cell.rows, known, kurtosis)) >= Z)
    }
    assert wrong == {}


def test_finite_and_shaped(cells: list[Cell]) -> None:
    for cell in cells:
        size = len(cell.at.problem.names)
        assert cell.rows.shape == (REPLICATES, size)
        assert np.all(np.isfinite(cell.rows)) and np.all(np.isfinite(cell.points))
        assert cell.first.shape == (len(cell.points), size)
        assert cell.points.shape[2:] == ((cell.at.problem.coordinates,) if cell.at.problem.family.vector else ())
        np.testing.assert_allclose(cell.first.mean(axis=0), cell.rows[0], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("pair", pairs(DRAW))
def test_the_seed_decides_everything(pair: tuple[str, str]) -> None:
    family, key = pair
    at, estimator, draw = at_grid(family, legal(family, key, DRAW)[0]), ESTIMATORS[key], Draw(4, 50)
    hyperparameters, parameters = hyperparameters_of(estimator), parameters_of(at)
    state = warm_state(at, estimator, hyperparameters)
    first, again, other = (
        rows_of(at, estimator.estimate(at.problem, hyperparameters, state, parameters, tf.constant([seed, 0]), draw)[0])
        for seed in (SEED, SEED, SEED + 1)
    )
    np.testing.assert_array_equal(first, again)
    noisy = first.std(axis=0) > 1e-6
    assert np.all(np.any(first != other, axis=0)[noisy])


@pytest.mark.parametrize("pair", pairs(DRAW))
def test_shift_invariance_is_declared_as_it_is(pair: tuple[str, str]) -> None:
    """100 added to f moves no replicate beyond rounding where that is declared; elsewhere it moves some by more than 1.

    Where it is declared, in float64, so that rounding is small: f + 100 is off by at most 1.4e-14, and an estimate,
    which is linear in f, by that times its largest coefficient: 1e-9 · (1 + max |g|) allows coefficients of 70 000.
    """
    family, key = pair
    estimator, draw = ESTIMATORS[key], Draw(4, 500)
    dtype = tf.float64 if estimator.shift_invariant else tf.float32

    def first_step(at: Reference) -> np.ndarray:
        hyperparameters = hyperparameters_of(estimator, dtype)
        # What is learned begins at special values: the control variate of REBAR has a factor of 1, for example.
        state = {
            name: value + 0.1 if value.dtype.is_floating else value
            for name, value in estimator.init(at.problem, hyperparameters).items()
        }
        seed = tf.constant([SEED, 0])
        result, _ = estimator.estimate(at.problem, hyperparameters, state, parameters_of(at, dtype), seed, draw)
        return rows_of(at, result)

    for cost in legal(family, key, DRAW, ("quadratic", "kl")):
        with shared_scores():
            plain = first_step(at_grid(family, cost))
            moved = np.abs(first_step(shifted(at_grid(family, cost), 100.0)) - plain).max()
        if estimator.shift_invariant:
            assert moved <= 1e-9 * (1.0 + np.abs(plain).max()), cost
        else:
            assert moved > 1.0, cost
