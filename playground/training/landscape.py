"""The exact landscape of E[f] over the parameters in view, and its optimum. Computed once a configuration, shared."""

import functools
from dataclasses import dataclass

import numpy as np
import tensorflow as tf

from playground.config import Config
from playground.training.chunk import Signature, hot_of
from playground.training.truth import observer_of

SIDE = 41
LINE = 161
CANDIDATES = 128
ROUNDS = 32
SHRINK = 0.7
MOST_INTEGRALS = 4096  # At once: a vector takes one for each coordinate.


@dataclass(frozen=True)
class Landscape:
    """E[f] over one or two elements of θ, the others held at θ₀.

    Attributes:
      focus: The indices of the elements in view.
      axes: Their values: one array [n], or two.
      expected_cost: [n], or [rows, columns] with the second element along the rows; NaN where θ is not allowed.
      best_theta, best: The best θ [P] within the ranges of the menus, all elements free, and E[f] there.
    """

    focus: tuple[int, ...]
    axes: tuple[np.ndarray, ...]
    expected_cost: np.ndarray
    best_theta: np.ndarray
    best: float


def landscape_of(config: Config) -> Landscape:
    """The landscape around a configuration's θ₀, shared by all configurations of the same problem."""
    return _survey(config.bare())


@functools.lru_cache(maxsize=64)
def _survey(config: Config) -> Landscape:
    focus = tuple(config.problem.names.index(name) for name in config.show)
    low, high = _box(config)
    axes = tuple(np.linspace(low[i], high[i], LINE if len(focus) == 1 else SIDE) for i in focus)
    mesh = np.meshgrid(*axes)
    theta = np.tile(config.theta, (mesh[0].size, 1))
    for index, values in zip(focus, mesh, strict=True):
        theta[:, index] = values.ravel()
    surface = _evaluate(config, theta)
    best_theta, best = _search(config, theta, surface, low, high)
    return Landscape(focus, axes, surface.reshape(mesh[0].shape), best_theta, best)


def _box(config: Config) -> tuple[np.ndarray, np.ndarray]:
    sizes = zip(config.problem.family.parameters, config.problem.sizes, strict=True)
    ranges = [(minimum, p.maximum) for p, size in sizes for minimum in p.minimums(size)]
    low, high = np.array(ranges, np.float64).T
    return low, high


def _allowed(config: Config, theta: np.ndarray) -> np.ndarray:
    """Which rows of θ [n, P] satisfy every constraint."""
    allowed, columns = np.ones(len(theta), bool), iter(theta.T)
    earlier: dict[str, np.ndarray] = {}
    for parameter, size in zip(config.problem.family.parameters, config.problem.sizes, strict=True):
        part = [next(columns) for _ in range(size)]
        for constraint, values in zip(parameter.constraints(size), part, strict=True):
            allowed &= constraint.holds(values, earlier)
        earlier[parameter.name] = part[0]
    return allowed


def _evaluate(config: Config, theta: np.ndarray) -> np.ndarray:
    """E[f] [n], NaN for a θ that is not allowed."""
    observer, cost = observer_of(Signature.of(config)), hot_of(config)["cost"]
    block = max(1, MOST_INTEGRALS // (config.problem.coordinates or 1))
    starts = range(0, len(theta), block)
    rows = [observer.landscape(tf.constant(theta[at : at + block], tf.float64), cost).numpy() for at in starts]
    values = np.concatenate(rows)
    return np.where(_allowed(config, theta), values, np.nan)


def _search(
    config: Config, theta: np.ndarray, surface: np.ndarray, low: np.ndarray, high: np.ndarray
) -> tuple[np.ndarray, float]:
    """The best θ in the box: random starts everywhere, then ever smaller random boxes around the best so far."""
    sign = -1.0 if config.maximize else 1.0
    generator = np.random.default_rng(0)
    start = np.vstack(
        [theta[_best(sign * surface)], config.theta, generator.uniform(low, high, (CANDIDATES, len(low)))]
    )
    values = _evaluate(config, start)
    best, value = start[_best(sign * values)], values[_best(sign * values)]
    width = 0.5 * (high - low)
    for _ in range(ROUNDS):
        trial = np.clip(best + width * generator.uniform(-1.0, 1.0, (CANDIDATES, len(low))), low, high)
        values = _evaluate(config, trial)
        place = _best(sign * values)
        if sign * values[place] < sign * value:
            best, value = trial[place], values[place]
        width *= SHRINK
    if config.problem.family.vector:
        best, value = _follow(config, best, value, low, high)
    return best, float(value)


def _follow(
    config: Config, theta: np.ndarray, value: float, low: np.ndarray, high: np.ndarray
) -> tuple[np.ndarray, float]:
    """The best θ on a way from `theta` along the exact slope's signs, by ever smaller steps.

    Random boxes are lost among 200 elements; coordinates that leave each other alone find their best all at once.
    """
    sign = -1.0 if config.maximize else 1.0
    observer, cost = observer_of(Signature.of(config)), hot_of(config)["cost"]
    here, best, width = theta, theta, 0.5 * (high - low)
    for _ in range(ROUNDS):
        slope = observer.slope(tf.constant(here[np.newaxis], tf.float64), cost).numpy()[0]
        here = np.clip(here - sign * width * np.sign(slope), low, high)
        found = _evaluate(config, here[np.newaxis])[0]
        if sign * found < sign * value:
            best, value = here, found
        width = width * SHRINK
    return best, value


def _best(values: np.ndarray) -> int:
    return int(np.argmin(np.where(np.isfinite(values), values, np.inf)))
