"""The contract that every estimator keeps."""

import importlib
import itertools
import pkgutil
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from playground import estimators
from playground.estimator import Draw, Estimate, Estimator, State
from playground.estimators import ESTIMATORS
from playground.families import FAMILIES
from playground.problem import Problem
from tests.replicates import (
    SEED,
    Reference,
    Z,
    at_grid,
    constant_baseline,
    estimate,
    hyperparameters_of,
    parameters_of,
    reference_of,
)

SMALL = Draw(4, 3)
KEYS = list(ESTIMATORS)
COUNTED = ("normal", "bernoulli", "binomial", "poisson", "mvn_diag", "bernoulli_product")


def module_of(key: str) -> Any:
    """The file in which an estimator is defined."""
    names = [info.name for info in pkgutil.iter_modules(estimators.__path__)]
    modules = [importlib.import_module(f"{estimators.__name__}.{name}") for name in names]
    return next(module for module in modules if getattr(module, "ESTIMATOR", None) is ESTIMATORS[key])


def somewhere_legal(key: str, *costs: str) -> Reference:
    """A problem that the estimator runs on: the Normal's where it can, else the first family's that it can."""
    candidates = (at_grid(family, cost) for family in FAMILIES for cost in (costs or ("quadratic",)))
    return next(at for at in candidates if ESTIMATORS[key].why_not(at.problem, SMALL) is None)


def run(at: Reference, estimator: Estimator, state: State, seed: int = SEED, **hyper: float) -> tuple[Estimate, State]:
    hyperparameters = hyperparameters_of(estimator, **hyper)
    return estimator.estimate(at.problem, hyperparameters, state, parameters_of(at), tf.constant([seed, 0]), SMALL)


def first_state(at: Reference, estimator: Estimator) -> State:
    return estimator.init(at.problem, hyperparameters_of(estimator))


def numbers(state: State) -> dict[str, Any]:
    return {name: value.numpy().tolist() for name, value in state.items()}


@pytest.mark.parametrize("key", KEYS)
def test_it_introduces_itself(key: str) -> None:
    """A file named as its key, words for the menu, a formula, and a docstring in one order."""
    estimator, module = ESTIMATORS[key], module_of(key)
    assert module.__name__.rsplit(".", 1)[1] == key
    assert estimator.label and estimator.label[0] not in " ." and not estimator.label.endswith(".")
    assert estimator.story.endswith(".") and "\n" not in estimator.story and len(estimator.story) <= 120
    assert estimator.latex.strip() and estimator.latex.count("{") == estimator.latex.count("}")
    positions = [module.__doc__.find(heading) for heading in ("Requires:", "Unbiased:", "Cost:", "Watch for:")]
    assert -1 not in positions and positions == sorted(positions)


@pytest.mark.parametrize("key", KEYS)
def test_its_hyperparameters_have_defaults_in_their_ranges(key: str) -> None:
    for hyperparameter in ESTIMATORS[key].hyperparameters:
        parameter = hyperparameter.parameter
        assert isinstance(parameter.default, float | int)
        assert parameter.minimum <= parameter.default <= parameter.maximum
        assert hyperparameter.hot or parameter.default == int(parameter.default)


def test_estimators_that_share_a_hyperparameter_mean_the_same_by_it() -> None:
    """A page shows one slider for all of them."""
    every = [h for estimator in ESTIMATORS.values() for h in estimator.hyperparameters]
    for first, second in itertools.combinations(every, 2):
        assert first.parameter.name != second.parameter.name or first == second


@pytest.mark.parametrize("key", KEYS)
def test_it_is_pure(key: str) -> None:
    """Same inputs, same outputs; neither the state nor the hyperparameters that go in are changed."""
    estimator, at = ESTIMATORS[key], somewhere_legal(key)
    _, state = run(at, estimator, first_state(at, estimator))
    before = numbers(state)
    (first, first_after), (second, second_after) = run(at, estimator, state), run(at, estimator, state)
    assert before == numbers(state)
    assert numbers(first_after) == numbers(second_after) and set(first_after) == set(before)
    np.testing.assert_array_equal(first.gradients(at.problem), second.gradients(at.problem))
    np.testing.assert_array_equal(first.points, second.points)
    assert numbers(first_state(at, estimator)) == numbers(first_state(at, estimator))


WITH_STATE = [key for key in KEYS if first_state(somewhere_legal(key), ESTIMATORS[key])]
# How fast a state follows what is seen, and its defaults' contrary.
SPEEDS = {"baseline_decay": 0.1, "adaptation_rate": 0.1}


@pytest.mark.parametrize("key", WITH_STATE)
def test_its_state_is_of_earlier_steps_only(key: str) -> None:
    """Faster learning makes another state for the next step, and leaves this step's estimate as it was."""
    estimator, at = ESTIMATORS[key], somewhere_legal(key)
    _, state = run(at, estimator, first_state(at, estimator))
    speeds: dict[str, Any] = {
        h.parameter.name: SPEEDS[h.parameter.name] for h in estimator.hyperparameters if h.parameter.name in SPEEDS
    }
    (one, one_after), (other, other_after) = run(at, estimator, state), run(at, estimator, state, **speeds)
    assert speeds and numbers(one_after) != numbers(other_after)
    np.testing.assert_array_equal(one.gradients(at.problem), other.gradients(at.problem))


@pytest.mark.parametrize("key", ["score_function_mean_baseline", "score_function_learned_baseline"])
def test_a_baseline_knows_nothing_of_the_samples_it_judges(key: str) -> None:
    """Other samples now make another state for the next step, and leave this step's baseline as it was."""
    estimator, at = ESTIMATORS[key], somewhere_legal(key)
    _, state = run(at, estimator, first_state(at, estimator))
    (one, one_after), (other, other_after) = (run(at, estimator, state, seed) for seed in (1, 2))
    np.testing.assert_allclose(constant_baseline(at, one), constant_baseline(at, other), rtol=1e-4)
    assert numbers(one_after) != numbers(other_after)


def test_the_running_mean_starts_at_nothing_and_is_corrected_for_it() -> None:
    """The first step has no baseline: it is the plain score function. The second has the mean of the first's costs."""
    estimator, at = ESTIMATORS["score_function_mean_baseline"], somewhere_legal("score_function_mean_baseline")
    first, state = run(at, estimator, first_state(at, estimator))
    plain, _ = run(at, ESTIMATORS["score_function"], {})
    np.testing.assert_array_equal(first.gradients(at.problem), plain.gradients(at.problem))
    second, state = run(at, estimator, state, seed=7)
    costs = [float(tf.reduce_mean(at.problem.f(e.points[0, :, 0], {}))) for e in (first, second)]
    np.testing.assert_allclose(constant_baseline(at, second), costs[0], rtol=1e-4)
    third, _ = run(at, estimator, state, seed=8)
    weighted = (0.95 * costs[0] + costs[1]) / 1.95
    np.testing.assert_allclose(constant_baseline(at, third), weighted, rtol=1e-4)


def test_the_pilot_finds_the_optimal_baseline() -> None:
    """With M pilot samples b is off by √(Var[(f − b*) s²]/M)/E[s²] (the delta method)."""
    at, pilot = reference_of("normal", "quadratic", (("loc", 1.0), ("scale", 1.0))), 10_000
    found = constant_baseline(at, estimate(at, "score_function_optimal_baseline", SMALL, pilot_samples=pilot))
    squares, f = at.nodes.score**2, at.nodes.f
    ideal = at.nodes.mean(f * squares) / at.nodes.mean(squares)
    error = tf.sqrt(at.nodes.mean(((f - ideal[..., tf.newaxis]) * squares) ** 2) / pilot) / at.nodes.mean(squares)
    assert np.all(np.abs(found - ideal[:, 0]) < Z * error[:, 0])
    np.testing.assert_allclose(ideal[:, 0], [4.0, 6.0], rtol=1e-9)  # By hand, with E ε⁴ = 3 and E ε⁶ = 15.


def counted(problem: Problem, count: Callable[[int], None]) -> Problem:
    """The problem with a cost that reports how many points it is evaluated at."""

    def counting(function: Callable[..., tf.Tensor] | None) -> Callable[..., tf.Tensor] | None:
        def wrapped(x: tf.Tensor, *rest: Any) -> tf.Tensor:
            assert function is not None
            count(int(tf.size(x)) // (problem.coordinates or 1))
            return function(x, *rest)

        return None if function is None else wrapped

    cost = problem.cost
    return replace(problem, cost=replace(cost, fn=counting(cost.fn), relative=counting(cost.relative)))


@pytest.mark.parametrize("samples", [2, 5])
@pytest.mark.parametrize("key", KEYS)
def test_it_evaluates_the_cost_as_often_as_it_says(key: str, samples: int) -> None:
    """With one replicate, for a cost of x alone and, where it can, for one that depends on θ."""
    estimator, hyperparameters = ESTIMATORS[key], hyperparameters_of(ESTIMATORS[key])
    for family, cost in itertools.product(COUNTED, ("quadratic", "kl")):
        at = at_grid(family, cost)
        if estimator.why_not(at.problem, SMALL) is not None:
            continue
        calls: list[int] = []
        problem = counted(at.problem, calls.append)
        state = estimator.init(problem, hyperparameters)
        seed = tf.constant([SEED, 0])
        estimator.estimate(problem, hyperparameters, state, parameters_of(at), seed, Draw(samples, 1))
        assert sum(calls) == estimator.evaluations(at.problem, hyperparameters, samples), (family, cost)


@pytest.mark.parametrize("key", KEYS)
def test_it_compiles_once_for_all_hot_numbers(key: str) -> None:
    """Inside a `tf.function`: temperatures, decays and the cost's own numbers are tensors, and change no graph."""
    estimator, at = ESTIMATORS[key], somewhere_legal(key)
    hot = {h.parameter.name: h.parameter for h in estimator.hyperparameters if h.hot}
    static = {name: v for name, v in hyperparameters_of(estimator).items() if name not in hot}
    traces = []

    def step(theta: tf.Tensor, target: tf.Tensor, numbers: dict[str, tf.Tensor], seed: tf.Tensor) -> tf.Tensor:
        traces.append(key)
        problem = replace(at.problem, cost_values={"target": target})
        state = estimator.init(problem, numbers | static)
        for _ in range(2):  # A state must come out as it went in.
            result, state = estimator.estimate(problem, numbers | static, state, problem.unpack(theta), seed, SMALL)
        return result.gradients(problem)

    compiled, theta, seed = tf.function(step, autograph=False), tf.constant(at.theta, tf.float32), tf.constant([1, 2])
    seen = []
    for fraction, target in ((0.1, 0.3), (0.6, -0.4)):
        values = {
            name: tf.constant(p.minimum + fraction * (p.maximum - p.minimum), tf.float32) for name, p in hot.items()
        }
        arguments = (theta, tf.constant(target), values, seed)
        result = compiled(*arguments).numpy()
        np.testing.assert_allclose(result, step(*arguments).numpy(), rtol=1e-4, atol=1e-5)
        seen.append(result)
    assert len(traces) == 3, "traced once, and run twice without a graph"
    assert np.any(seen[0] != seen[1])
