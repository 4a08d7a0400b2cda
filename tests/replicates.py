"""Replicates of an estimator, and what they can prove: helpers of the statistical tests.

A sampled number is compared with one that involves no sampling, at `Z` standard errors. One such comparison of a Normal
statistic fails by chance with probability 5.7e-7. Seeds are fixed, so a test that passes goes on passing.
"""

import dataclasses
import functools
import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from playground import exact
from playground.config import Config
from playground.costs import COSTS, cost_from
from playground.estimator import Draw, Estimate, Estimator, State
from playground.estimators import ESTIMATORS
from playground.families import FAMILIES
from playground.nodes import Nodes
from playground.problem import Problem

REPLICATES = 20_000
SEED = 2026
Z = 5.0
PAST = 64  # Samples of the earlier step that a running mean has seen: near E[f], and noisy.
EXPRESSION = "sin(x) + 0.1 * x ** 2"
COST_KEYS = (*COSTS, EXPRESSION)
NUMBERS = [key for key, family in FAMILIES.items() if not family.vector]
VECTORS = [key for key, family in FAMILIES.items() if family.vector]
# A sum over coordinates adds nothing to what the costs prove of one number: these two stand for the others. Not every
# cost has power: Σ exp(−x_d²) hardly varies where the x_d sum to 1, and its level drowns the plain score function.
VECTOR_COST_KEYS = ("x * sin(x)", "kl")
# θ for the grid where a family's defaults prove little. Symmetric ones hide biases, as that of straight-through at
# p = ½; a binomial with p = ½ hardly ever falls below the step; heavy tails hide their variance from any sample, and
# that of x² under Student's t, a Pareto or an inverse Gamma cannot be judged unless its fourth moment exists, that of
# x⁸: df > 8, concentration > 8.
THETA: dict[str, tuple[tuple[str, object], ...]] = {
    "bernoulli": (("logits", 0.8),),
    "bernoulli_product": (("logits", (0.8, -1.0, 0.3)),),
    "binomial": (("logits", -2.0),),
    "inverse_gamma": (("concentration", 12.0), ("scale", 6.0)),
    "lognormal": (("scale", 0.4),),
    "negative_binomial": (("total_count", 2.0), ("logits", -0.7)),
    "pareto": (("concentration", 10.0), ("scale", 0.45)),
    "poisson": (("rate", 1.5),),
    "student_t": (("df", 12.0),),
    "uniform": (("low", -0.5), ("high", 2.0)),
}
# Hyperparameters for the grid where the defaults keep a bias below its noise: steps so long that everyone can see it.
SHOWN_AT: dict[str, dict[str, float]] = {
    "finite_difference": {"difference_step": 1.0},
    "spsa": {"difference_step": 1.0},
    "evolution_strategies": {"smoothing": 0.7},
}
ENOUGH = 2_000  # Replicates that tell a baseline, to 1e-7.
ROUNDING = 1e-5  # Of float32, relative to the largest exact element: what may remain where there is no noise.


@dataclass(frozen=True)
class Reference:
    """A problem at one θ, with all that is known of it without sampling."""

    problem: Problem
    theta: tuple[float, ...]

    @functools.cached_property
    def known(self) -> exact.Reference:
        return exact.reference(self.problem, self.theta)

    @property
    def gradient(self) -> np.ndarray:
        """[P], exact."""
        return self.known.gradient

    @functools.cached_property
    def nodes(self) -> Nodes:
        return exact.nodes(self.problem, tf.constant([self.theta], tf.float64))


@functools.cache
def reference_of(family: str, cost: str, params: tuple[tuple[str, Any], ...] = (), **cost_params: float) -> Reference:
    """The problem of these keys at θ = `params`, filled up with defaults; also one that has no expectation."""
    config, chosen = Config.create(family, dict(params), estimators="score_function"), cost_from(cost)
    values = {p.name: p.default for p in chosen.parameters} | cost_params
    return Reference(Problem(config.problem.family, chosen, config.problem.sizes, values), tuple(config.theta))


def at_grid(family: str, cost: str) -> Reference:
    """Where the grid looks at a problem."""
    return reference_of(family, cost, THETA.get(family, ()))


@functools.cache  # Asked for each pair when tests are collected, and by each test of it.
def legal(family: str, estimator: str, draw: Draw, costs: tuple[str, ...] | None = None) -> tuple[str, ...]:
    """The costs with which the estimator runs on the family: of those given, else of the grid's."""
    if costs is None:
        costs = VECTOR_COST_KEYS if FAMILIES[family].vector else COST_KEYS
    why_not = ESTIMATORS[estimator].why_not
    return tuple(cost for cost in costs if why_not(at_grid(family, cost).problem, draw) is None)


def pairs(draw: Draw, costs: tuple[str, ...] | None = None) -> list:
    """The family × estimator pairs with a legal cost."""
    found = [pair for pair in itertools.product(FAMILIES, ESTIMATORS) if legal(*pair, draw, costs)]
    return [pytest.param(pair, id="-".join(pair)) for pair in found]


def hyperparameters_of(estimator: Estimator, dtype: tf.DType = tf.float32, **chosen: float) -> dict[str, Any]:
    """Defaults and `chosen`, as a compiled step passes them: hot ones as tensors, others as integers."""
    values: dict[str, Any] = {h.parameter.name: h.parameter.default for h in estimator.hyperparameters} | chosen
    hot = {h.parameter.name: h.hot for h in estimator.hyperparameters}
    return {name: tf.constant(value, dtype) if hot[name] else int(value) for name, value in values.items()}


def parameters_of(at: Reference, dtype: tf.DType = tf.float32) -> dict[str, tf.Tensor]:
    return at.problem.unpack(tf.constant(at.theta, dtype))


def warm_state(at: Reference, estimator: Estimator, hyperparameters: Mapping[str, Any]) -> State:
    """The state after one step at θ, with a seed of its own; the first state of an estimator without one."""
    state = estimator.init(at.problem, hyperparameters)
    if not state:
        return state
    seed, draw = tf.constant([SEED, -1]), Draw(PAST, 1)
    return estimator.estimate(at.problem, hyperparameters, state, parameters_of(at), seed, draw)[1]


def estimate(at: Reference, key: str, draw: Draw, seed: int = SEED, **hyper: float) -> Estimate:
    """R replicates of the estimator `key`, warmed up if it has a state."""
    estimator = ESTIMATORS[key]
    hyperparameters = hyperparameters_of(estimator, **hyper)
    state = warm_state(at, estimator, hyperparameters)
    return estimator.estimate(at.problem, hyperparameters, state, parameters_of(at), tf.constant([seed, 0]), draw)[0]


def gradients(at: Reference, key: str, draw: Draw, seed: int = SEED, **hyper: float) -> np.ndarray:
    """The same as [R, P] in float64."""
    return rows_of(at, estimate(at, key, draw, seed, **hyper))


def rows_of(at: Reference, result: Estimate) -> np.ndarray:
    """Its gradients as [R, P] in float64."""
    return result.gradients(at.problem).numpy().astype(np.float64)


def exact_variance(at: Reference, key: str, samples: int) -> np.ndarray:
    """Of one estimate, [P], where the estimator knows it."""
    known = ESTIMATORS[key].exact_variance
    assert known is not None
    variance = known(at.nodes, samples)
    assert variance is not None
    return variance.numpy()[0]


def standard_error(rows: np.ndarray) -> np.ndarray:
    """Of the mean of the rows [R, P] → [P]."""
    return rows.std(axis=0, ddof=1) / np.sqrt(len(rows))


def bias_in_errors(rows: np.ndarray, gradient: np.ndarray) -> np.ndarray:
    """|mean − exact| beyond float32's rounding, in standard errors [P]; ∞ for a bias without noise."""
    beyond = np.abs(rows.mean(axis=0) - gradient) - ROUNDING * np.abs(gradient).max()
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(beyond > 0.0, beyond / standard_error(rows), 0.0)


def variance_in_errors(rows: np.ndarray, variance: np.ndarray, kurtosis: np.ndarray | float = 0.0) -> np.ndarray:
    """|sampled variance − `variance`| beyond float32's rounding, in standard errors of the sampled variance [P].

    That error is sqrt((m₄ − m₂²)/R), from the moments of the rows themselves. Rows that happen to lack a heavy tail's
    rare members have too small an m₂ and a far too small m₄: where the `kurtosis` is known, the error is at least
    variance · sqrt((kurtosis − 1)/R).
    """
    squares = (rows - rows.mean(axis=0)) ** 2
    sampled = np.sqrt(((squares**2).mean(axis=0) - squares.mean(axis=0) ** 2) / len(rows))
    error = np.maximum(sampled, variance * np.sqrt(np.maximum(kurtosis - 1.0, 0.0) / len(rows)))
    rounding = 1e-9 * (1.0 + np.max(rows.mean(axis=0) ** 2)) + 1e-5 * variance
    beyond = np.abs(rows.var(axis=0, ddof=1) - variance) - rounding
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(beyond > 0.0, beyond / error, 0.0)


def kurtosis_of(nodes: Nodes, terms: tf.Tensor, samples: int) -> np.ndarray:
    """E c⁴/(E c²)² [P] of the mean of `samples` independent `terms` [P, 1, N], c its deviation; no sampling."""
    centred = terms - nodes.mean(terms)[..., tf.newaxis]
    single = tf.math.divide_no_nan(nodes.mean(centred**4), nodes.mean(centred**2) ** 2)
    return 3.0 + (single[:, 0].numpy() - 3.0) / samples


def constant_baseline(at: Reference, result: Estimate) -> np.ndarray:
    """The b [P] of terms (f − b) s + ∂f, found from where f was evaluated: nothing is asked of the estimator.

    Regresses f s + ∂f − term, which is b s, on s. There is no noise in that, so not all replicates are needed.
    """
    problem, x = at.problem, result.points[:ENOUGH, :, 0]
    copies = problem.broadcast(parameters_of(at), x.shape[:2])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(copies)
        log_prob, f = problem.distribution(copies).log_prob(x), problem.f(x, copies)
    score = problem.pack(tape.gradient(log_prob, copies))
    slope = problem.pack(tape.gradient(f, copies, unconnected_gradients=tf.UnconnectedGradients.ZERO))
    terms = problem.pack({name: term[:ENOUGH] for name, term in result.terms.items()})
    rest = f[..., tf.newaxis] * score + slope - terms
    products, squares = (tf.reduce_sum(tf.cast(v, tf.float64), axis=[0, 1]) for v in (rest * score, score**2))
    return (products / squares).numpy()


def shifted(at: Reference, constant: float) -> Reference:
    """The same problem with a constant added to its cost, which moves no gradient."""
    cost = at.problem.cost

    def plus(function: Callable[..., tf.Tensor] | None) -> Callable[..., tf.Tensor] | None:
        return None if function is None else lambda *arguments: function(*arguments) + constant

    changed = dataclasses.replace(cost, fn=plus(cost.fn), relative=plus(cost.relative))
    return dataclasses.replace(at, problem=dataclasses.replace(at.problem, cost=changed))
