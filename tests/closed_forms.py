"""Expected costs in closed form, for the tests of the exact values."""

import math
from collections.abc import Callable, Mapping

import numpy as np
import tensorflow as tf
from tensorflow_probability import distributions as tfd

from playground.costs import cost_from
from playground.families import FAMILIES
from playground.families.binomial import TRIALS
from playground.problem import Problem

Values = Mapping[str, tf.Tensor]


def problem_of(family_key: str, cost_key: str, size: int | None = None, **cost_values: float) -> Problem:
    """A problem by its keys (or an expression), at default cost numbers except for those named."""
    family, cost = FAMILIES[family_key], cost_from(cost_key)
    sizes = tuple(1 if p.lengths is None else size or np.size(p.default) for p in family.parameters)
    return Problem(family, cost, sizes, {p.name: p.default for p in cost.parameters} | cost_values)


def defaults(problem: Problem) -> list[float]:
    """The family's default θ, flat."""
    return np.concatenate([np.atleast_1d(p.default) for p in problem.family.parameters]).tolist()


def _mix(each: Callable[[tf.Tensor, tf.Tensor], tf.Tensor]) -> Callable[[Values], tf.Tensor]:
    return lambda p: tf.reduce_sum(tf.nn.softmax(p["logits"]) * each(p["loc"], p["scale"]), axis=-1)


def _classes(f: Callable[[np.ndarray], np.ndarray]) -> Callable[[Values], tf.Tensor]:
    return lambda p: tf.reduce_sum(tf.nn.softmax(p["logits"]) * f(np.arange(float(p["logits"].shape[-1]))), axis=-1)


def _normal_absolute(p: Values) -> tf.Tensor:
    distance = p["loc"] - 0.3
    tail = tf.exp(-(distance**2) / (2 * p["scale"] ** 2))
    return p["scale"] * math.sqrt(2 / math.pi) * tail + distance * tf.math.erf(distance / p["scale"] / math.sqrt(2))


def _bernoulli_kl(logits: tf.Tensor, target: float) -> tf.Tensor:
    return tfd.kl_divergence(tfd.Bernoulli(logits=logits), tfd.Bernoulli(logits=tf.constant(target, tf.float64)))


def _gamma_cosine(p: Values) -> tf.Tensor:
    size = (1 + p["rate"] ** -2) ** (-p["concentration"] / 2)
    return size * tf.cos(p["concentration"] * tf.atan(1 / p["rate"]))


def _beta_second(p: Values) -> tf.Tensor:
    a, total = p["concentration1"], p["concentration1"] + p["concentration0"]
    return a * (a + 1) / (total * (total + 1))


# Family, cost, the cost's numbers, E[f] in closed form, and further θ beside the defaults.
CLOSED_FORMS = [
    ("normal", "quadratic", {"target": 0.3}, lambda p: (p["loc"] - 0.3) ** 2 + p["scale"] ** 2, [[-4, 0.05], [5, 5]]),
    (
        "normal",
        "exponential",
        {"k": 4.0},
        lambda p: tf.exp(-4 * p["loc"] ** 2 / (1 + 8 * p["scale"] ** 2)) / tf.sqrt(1 + 8 * p["scale"] ** 2),
        [[0.2, 0.05], [5, 5]],
    ),
    ("normal", "cosine", {"k": 3.0}, lambda p: tf.cos(3 * p["loc"]) * tf.exp(-4.5 * p["scale"] ** 2), [[-4, 0.05]]),
    ("normal", "absolute", {"target": 0.3}, _normal_absolute, [[0.29, 0.05], [5, 5]]),
    ("normal", "step", {"threshold": 0.3}, lambda p: tfd.Normal(*p.values()).survival_function(0.3), [[0.2, 0.05]]),
    ("lognormal", "linear", {}, lambda p: tf.exp(p["loc"] + p["scale"] ** 2 / 2), [[1, 1], [-2, 0.05]]),
    ("lognormal", "x**2", {}, lambda p: tf.exp(2 * p["loc"] + 2 * p["scale"] ** 2), [[1, 1], [-2, 0.05]]),
    ("laplace", "quadratic", {"target": 0.3}, lambda p: (p["loc"] - 0.3) ** 2 + 2 * p["scale"] ** 2, [[-4, 0.05]]),
    ("laplace", "cosine", {"k": 2.0}, lambda p: tf.cos(2 * p["loc"]) / (1 + 4 * p["scale"] ** 2), [[-4, 0.05]]),
    (
        "laplace",
        "absolute",
        {"target": 0.3},
        lambda p: tf.abs(p["loc"] - 0.3) + p["scale"] * tf.exp(-tf.abs(p["loc"] - 0.3) / p["scale"]),
        [[0.31, 0.05], [-5, 5]],
    ),
    ("exponential", "linear", {}, lambda p: 1 / p["rate"], [[0.2], [10]]),
    ("exponential", "cosine", {"k": 2.0}, lambda p: p["rate"] ** 2 / (p["rate"] ** 2 + 4), [[0.5], [10]]),
    ("exponential", "step", {"threshold": 0.7}, lambda p: tf.exp(-0.7 * p["rate"]), [[0.2], [10]]),
    ("gamma", "linear", {}, lambda p: p["concentration"] / p["rate"], [[0.3, 0.2], [10, 10]]),
    (
        "gamma",
        "x**2",
        {},
        lambda p: p["concentration"] * (p["concentration"] + 1) / p["rate"] ** 2,
        [[0.3, 0.2], [10, 10], [100, 1]],
    ),
    (
        "gamma",
        "cosine",
        {},
        _gamma_cosine,
        [[0.3, 1], [10, 10]],
    ),
    (
        "beta",
        "linear",
        {},
        lambda p: p["concentration1"] / (p["concentration1"] + p["concentration0"]),
        [[0.5, 0.5], [20, 0.5], [0.5, 20]],
    ),
    ("beta", "x**2", {}, _beta_second, [[0.5, 0.5], [20, 0.5], [0.5, 20]]),
    (
        "weibull",
        "x**2",
        {},
        lambda p: p["scale"] ** 2 * tf.exp(tf.math.lgamma(1 + 2 / p["concentration"])),
        [[0.7, 3], [10, 0.1]],
    ),
    (
        "student_t",
        "quadratic",
        {"target": 0.3},
        lambda p: (p["loc"] - 0.3) ** 2 + p["scale"] ** 2 * p["df"] / (p["df"] - 2),
        [[3, 5, 0.05], [50, -5, 5]],
    ),
    (
        "von_mises",
        "cosine",
        {"k": 1.0},
        lambda p: tf.cos(p["loc"]) * tf.math.bessel_i1e(p["concentration"]) / tf.math.bessel_i0e(p["concentration"]),
        [[3.1, 20], [-3.1, 0.1]],
    ),
    ("uniform", "x**2", {}, lambda p: (p["high"] ** 2 + p["high"] * p["low"] + p["low"] ** 2) / 3, [[-5, 5], [1, 1.1]]),
    ("uniform", "step", {"threshold": 0.5}, lambda p: (p["high"] - 0.5) / (p["high"] - p["low"]), [[-5, 5], [0, 0.6]]),
    (
        "uniform",
        "cosine",
        {"k": 2.0},
        lambda p: (tf.sin(2 * p["high"]) - tf.sin(2 * p["low"])) / (p["high"] - p["low"]) / 2,
        [[-5, 5], [1, 1.1]],
    ),
    ("normal_mixture", "x**2", {}, _mix(lambda loc, scale: loc**2 + scale**2), [[1, -1, -5, 5, 0.05, 5]]),
    (
        "normal_mixture",
        "cosine",
        {"k": 2.0},
        _mix(lambda loc, scale: tf.cos(2 * loc) * tf.exp(-2 * scale**2)),
        [[1, -1, 0.1, 0, 0.05, 0.05]],
    ),
    ("bernoulli", "quadratic", {"target": 0.45}, lambda p: 0.2025 + 0.1 * tf.sigmoid(p["logits"]), [[4], [-5]]),
    ("categorical", "quadratic", {"target": 0.45}, _classes(lambda x: (x - 0.45) ** 2), [[5, -5, 0, 1]]),
    ("categorical", "step", {"threshold": 1.5}, _classes(lambda x: (x > 1.5).astype(float)), [[5, -5, 0, 1]]),
    (
        "binomial",
        "x**2",
        {},
        lambda p: TRIALS * tf.sigmoid(p["logits"]) * (1 + (TRIALS - 1) * tf.sigmoid(p["logits"])),
        [[4], [-5]],
    ),
    ("poisson", "x**2", {}, lambda p: p["rate"] + p["rate"] ** 2, [[0.1], [20], [900]]),
    (
        "poisson",
        "cosine",
        {"k": 2.0},
        lambda p: tf.exp(p["rate"] * (math.cos(2) - 1)) * tf.cos(p["rate"] * math.sin(2)),
        [[0.1]],
    ),
    ("poisson", "kl", {}, lambda p: p["rate"] * tf.math.log(p["rate"] / 6.0) - p["rate"] + 6.0, [[0.1], [20]]),
    ("binomial", "kl", {}, lambda p: TRIALS * _bernoulli_kl(p["logits"], 1.0), [[4], [-5]]),
    (
        "geometric",
        "kl",
        {},
        # As many Bernoulli trials as one draw takes on average, 1/p.
        lambda p: _bernoulli_kl(p["logits"], -0.5) / tf.sigmoid(p["logits"]),
        [[-3], [3]],
    ),
    ("geometric", "linear", {}, lambda p: tf.exp(-p["logits"]), [[-3], [3], [-7]]),
    ("geometric", "x**2", {}, lambda p: tf.exp(-p["logits"]) * (1 + 2 * tf.exp(-p["logits"])), [[-3], [3]]),
]
