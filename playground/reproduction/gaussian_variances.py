"""Variances of five estimators for E[f(1 + ε)], ε ~ N(0, 1), K = 1: by numerical integration, and sampled.

The integrals are composite Gauss–Legendre sums in NumPy, written from the definitions: they share nothing with the
estimators, nor with `playground.exact`.
"""

import functools
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from playground import exact
from playground.config import Config
from playground.estimators import ESTIMATORS
from playground.reproduction.reproduction import Check, Line, Panel

Function = Callable[[np.ndarray], np.ndarray]

NAMES = {
    "score_function": "score function",
    "score_function_mean_baseline": "score function, mean baseline",
    "score_function_optimal_baseline": "score function, optimal baseline",
    "pathwise": "pathwise",
    "measure_valued": "measure-valued, coupled",
}
PARAMETERS = ("loc", "scale")
SEED = 2020
ERRORS = 5.0
LEAST_DRAWN = 1e-6
RACING = ("score_function", "score_function_optimal_baseline", "pathwise", "measure_valued")
MOST_REPLICATES = 1024
"""Of one run in Play, as `RACING` are the most that it races."""
REASON = (
    "the largest, over all k, of |sampled − exact| in standard errors of a sampled variance, √((m₄ − m₂²)/R); 5 of "
    "them are passed by chance in 6e-7 of comparisons"
)


@functools.cache
def _rule(low: float, high: float, panels: int) -> tuple[np.ndarray, np.ndarray]:
    points, weights = np.polynomial.legendre.leggauss(32)
    width = (high - low) / panels
    middles = low + width * (np.arange(panels) + 0.5)
    return (middles[:, np.newaxis] + 0.5 * width * points).ravel(), np.tile(0.5 * width * weights, panels)


def _moments(values: np.ndarray, mass: np.ndarray) -> float:
    mean = float(np.sum(values * mass))
    return float(np.sum((values - mean) ** 2 * mass))


def variances(f: Function, slope: Function) -> dict[str, list[float]]:
    """The exact variances of one-sample estimates with respect to loc and scale, at loc = scale = 1.

    Args:
      f, slope: f and f′, elementwise.
    """
    e, weight = _rule(-12.0, 12.0, 48)
    normal = weight * np.exp(-0.5 * e**2) / math.sqrt(2.0 * math.pi)
    values, mean = f(1.0 + e), float(np.sum(f(1.0 + e) * normal))
    scores = (e, e**2 - 1.0)
    best = [float(np.sum(values * s**2 * normal) / np.sum(s**2 * normal)) for s in scores]
    found = {
        "score_function": [_moments(values * s, normal) for s in scores],
        "score_function_mean_baseline": [_moments((values - mean) * s, normal) for s in scores],
        "score_function_optimal_baseline": [
            _moments((values - b) * s, normal) for b, s in zip(best, scores, strict=True)
        ],
        "pathwise": [_moments(slope(1.0 + e) * path, normal) for path in (np.ones_like(e), e)],
    }
    w, weight = _rule(0.0, 12.0, 24)
    rayleigh = weight * w * np.exp(-0.5 * w**2)
    by_loc = _moments((f(1.0 + w) - f(1.0 - w)) / math.sqrt(2.0 * math.pi), rayleigh)
    # The double-sided Maxwell m, and m u with a uniform u.
    u, share = _rule(0.0, 1.0, 4)
    rise = f(1.0 + e[:, np.newaxis]) - f(1.0 + e[:, np.newaxis] * u)
    by_scale = _moments(rise, (e**2 * normal)[:, np.newaxis] * share)
    return found | {"measure_valued": [by_loc, by_scale]}


def config_of(cost: str, cost_params: dict[str, float], estimators: Sequence[str], replicates: int) -> Config:
    """N(x | 1, 1), one sample."""
    return Config.create(
        "normal",
        {"loc": 1.0, "scale": 1.0},
        cost,
        cost_params,
        list(estimators),
        samples=1,
        replicates=replicates,
        seed=SEED,
    )


def sampled(cost: str, cost_params: dict[str, float], replicates: int) -> dict[str, dict[str, list[float]]]:
    """For each estimator: the variance over R replicates, and its standard error, with respect to loc and scale.

    The running mean starts from the exact E[f], what it tends to: an earlier step's mean is a noisy one.
    """
    found = {}
    for key in NAMES:
        config = config_of(cost, cost_params, [key], replicates)
        problem, estimator = config.problem, ESTIMATORS[key]
        hyper = {name: tf.constant(value, tf.float32) for name, value in config.hyperparameters}
        state: Any = estimator.init(problem, hyper)
        if key == "score_function_mean_baseline":
            mean = exact.reference(problem, config.theta).expected_cost
            state = {"weighted_sum": tf.constant(mean, tf.float32), "weight": tf.ones([])}
        parameters = problem.unpack(tf.constant(config.theta, tf.float32))
        seed = tf.constant([config.seed, 0])
        estimate, _ = estimator.estimate(problem, hyper, state, parameters, seed, config.draw)
        rows = estimate.gradients(problem).numpy().astype(np.float64)
        squares = (rows - rows.mean(axis=0)) ** 2
        variance = squares.mean(axis=0)
        error = np.sqrt(np.maximum((squares**2).mean(axis=0) - variance**2, 0.0) / len(rows))
        found[key] = {"variance": variance.tolist(), "error": error.tolist()}
    return found


def worst(exactly: Sequence[float], found: Sequence[float], errors: Sequence[float]) -> float:
    """The largest distance in standard errors; float32's rounding alone is no distance."""
    away = np.abs(np.asarray(found) - exactly) - 1e-5 * np.asarray(exactly) - 1e-9
    return float(np.max(np.where(away > 0.0, away / np.maximum(errors, 1e-300), 0.0)))


def _drawn(variances: Sequence[float]) -> list[float]:
    """What a logarithmic axis can show: a variance of 0 would leave no room for the others."""
    return [value if value > LEAST_DRAWN else math.nan for value in variances]


def checks_and_panels(
    title: str, x_title: str, ks: Sequence[float], exactly: list[dict], found: Sequence[Mapping[str, Any]],
    fine: Sequence[float], fine_exact: list[dict], cost: str, at: Mapping[str, float],
) -> tuple[list[Check], list[Panel]]:  # fmt: skip
    """For each parameter: a check for each estimator, and a panel.

    Args:
      ks: Where it was sampled; `exactly` and `found` are what `variances` and `sampled` say there.
      fine: Where the exact curves are drawn, with `fine_exact`.
      cost, at: The k at which the panels open in Play, as the cost's parameter.
    """
    checks, panels = [], []
    play = config_of(cost, dict(at), RACING, MOST_REPLICATES).to_mapping()
    (k,) = at.values()
    about = (
        f"k = {k:g}, at step 0. A run races four of the five estimators, over {MOST_REPLICATES} replicates at most; k "
        "is in the sidebar."
    )
    for index, parameter in enumerate(PARAMETERS):
        lines = []
        for key, name in NAMES.items():
            distance = worst(
                [at[key][index] for at in exactly],
                [at[key]["variance"][index] for at in found],
                [at[key]["error"][index] for at in found],
            )
            checks.append(Check(f"{title}, {parameter}: {name}", 0.0, distance, ERRORS, REASON))
            lines.append(Line(name, fine, _drawn([at[key][index] for at in fine_exact])))
            lines.append(Line(name, ks, _drawn([at[key]["variance"][index] for at in found]), points=True))
        name = f"{title}, with respect to {parameter}"
        panels.append(Panel(name, x_title, "variance", tuple(lines), log_y=True, play=play, about_play=about))
    return checks, panels
