"""A small picture of an experiment: its density and its cost, drawn from the real functions as SVG."""

import functools

import numpy as np
import tensorflow as tf

from playground import vectors
from playground.chart import COST, lane_of
from playground.config import Config
from playground.problem import Problem

WIDTH, HEIGHT, MARGIN = 112, 52, 4
POINTS = 81


@functools.lru_cache(maxsize=64)
def thumbnail(config: Config) -> str:
    """An SVG of p(x; θ₀), filled in the first estimator's colour, with f(x) as a line over it.

    Of a vector it shows the first coordinate.
    """
    problem = config.problem
    theta = tf.constant(config.theta, tf.float64)
    if problem.family.vector:
        problem, own = vectors.coordinates_of(problem, theta[tf.newaxis])
        theta = own[0, 0]
    x = _grid(problem, theta)
    copies = problem.unpack(tf.tile(theta[tf.newaxis], [len(x), 1]))
    density = problem.distribution(copies).prob(tf.constant(x)).numpy()
    cost = problem.f(tf.constant(x), copies).numpy()
    color = lane_of(0, config.estimators[0]).color
    density, cost = _scaled(density, x, 0.0), _scaled(cost, x, np.inf)
    ends = f"{WIDTH - MARGIN},{HEIGHT - MARGIN} {MARGIN},{HEIGHT - MARGIN}"
    if problem.family.discrete:
        shape = "".join(
            f'<rect x="{_place(value, x) - 4:.1f}" y="{top:.1f}" width="8" height="{HEIGHT - MARGIN - top:.1f}"/>'
            for value, (_, top) in zip(x, density, strict=True)
        )
    else:
        shape = f'<polygon points="{_points(density)} {ends}"/>'
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" aria-hidden="true"><g fill="{color}" opacity="0.65">{shape}</g>'
        f'<polyline points="{_points(cost)}" fill="none" stroke="{COST}" stroke-width="1.6"/></svg>'
    )


def _grid(problem: Problem, theta: tf.Tensor) -> np.ndarray:
    parameters = problem.unpack(theta)
    if problem.family.centers is None:
        assert problem.family.atoms is not None
        atoms = problem.family.atoms({name: value.numpy() for name, value in parameters.items()})
        return np.asarray(atoms[:12], np.float64)
    moving = problem.family.moving_support
    ends = [float(e) for e in (problem.family.view or problem.family.centers)(parameters)]
    if moving:
        bounds = [float(e) for e in problem.family.support(parameters)]
        ends = [bound if np.isfinite(bound) else end for bound, end in zip(bounds, (ends[0], ends[-1]), strict=True)]
    margin = 0.25 * (ends[-1] - ends[0])
    # Past a support that moves with θ there is something to see: that the density ends.
    support = (-np.inf, np.inf) if moving else problem.family.support(parameters)
    low, high = (float(end) for end in support)
    return np.linspace(max(ends[0] - margin, low - margin), min(ends[-1] + margin, high + margin), POINTS)


def _place(value: float, x: np.ndarray) -> float:
    inner = WIDTH - 2 * MARGIN - 8
    return MARGIN + 4 + inner * (value - x[0]) / max(x[-1] - x[0], 1e-9)


def _scaled(values: np.ndarray, x: np.ndarray, floor: float) -> list[tuple[float, float]]:
    finite = np.where(np.isfinite(values), values, np.nan)
    low, high = min(floor, np.nanmin(finite)), np.nanmax(finite)
    share = (np.nan_to_num(finite, nan=low) - low) / max(high - low, 1e-12)
    tops = HEIGHT - MARGIN - share * (HEIGHT - 2 * MARGIN)
    return [(_place(value, x), top) for value, top in zip(x, tops, strict=True)]


def _points(places: list[tuple[float, float]]) -> str:
    return " ".join(f"{left:.1f},{top:.1f}" for left, top in places)
