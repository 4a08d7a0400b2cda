"""What the density panels show of each estimator's θ: numbers on a line, the plane of two coordinates, or many bits."""

import math
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import tensorflow as tf

from playground import exact, vectors
from playground.nodes import in_double
from playground.problem import Family, Problem

GRID_POINTS = 201
SIDE = 49  # Of the plane's grid,
REACH = 0.15  # which goes so far beyond the outermost centers, in their distance.


class Picture(NamedTuple):
    """The curves of the density panel over a grid: of G points on the line of x, or for vectors of one of two others.

    Where x is a continuous vector, the grid is of the plane of its first two coordinates [2, G]; where it is a discrete
    one, the grid is the numbers of its coordinates [D].

    Attributes:
      density: Each estimator's p(x; θ), [E, G]; of the first two coordinates [E, G, G], the first along the rows; or
        each coordinate's mean [E, D].
      f: The cost at the first estimator's θ, [G]; of the first two coordinates alone [G, G]; or what each coordinate
        adds to the expected cost [D]. NaN where the cost is not a sum over coordinates.
      span: The least interval that shows the mass of all of them, [2]; of each of two coordinates [2, 2].
    """

    density: tf.Tensor
    f: tf.Tensor
    span: tf.Tensor


def picture_of(problem: Problem, theta: tf.Tensor, grid: tf.Tensor) -> Picture:
    """The picture of each estimator's θ [E, P] over a grid."""
    if problem.family.vector:
        return _bits(problem, theta) if problem.family.discrete else _plane(problem, theta, grid)
    lanes, points = theta.shape[0], tf.shape(grid)[0]
    copies = problem.unpack(tf.broadcast_to(theta[:, tf.newaxis], [lanes, points, theta.shape[-1]]))
    density = problem.distribution(copies).prob(tf.broadcast_to(grid, [lanes, points]))
    f = problem.f(grid, {name: value[0] for name, value in copies.items()})
    parameters = problem.unpack(theta)
    return Picture(density, f, _span(problem, parameters))


def _plane(problem: Problem, theta: tf.Tensor, grid: tf.Tensor) -> Picture:
    family = problem.family
    assert family.plane is not None and family.marginals is not None
    places = tf.stack(tf.meshgrid(grid[0], grid[1], indexing="ij"), axis=-1)  # [G, G, 2]
    lanes = [problem.unpack(own) for own in tf.unstack(theta)]
    density = tf.stack([family.plane(problem.distribution(own), places) for own in lanes])
    f = tf.fill(tf.shape(places)[:2], tf.constant(np.nan, places.dtype))
    if not problem.cost.depends_on_parameters:
        f = problem.f(places, lanes[0])  # Two coordinates are a vector as well.
    one, own = family.marginals(problem.unpack(theta))
    assert one.centers is not None
    ends = one.centers(own)
    # A little further out than the centers: the lowest contour lines close there.
    margin = REACH * (ends[-1] - ends[0])[:, :2]
    low, high = (
        tf.reduce_min(ends[0][:, :2] - margin, axis=0),
        tf.reduce_max(ends[-1][:, :2] + margin, axis=0),
    )
    lowest, highest = (float(end) for end in one.support(own))
    low = tf.fill([2], lowest) if math.isfinite(lowest) else low
    high = tf.fill([2], highest) if math.isfinite(highest) else high
    return Picture(density, f, tf.stack([low, high], axis=1))


def _bits(problem: Problem, theta: tf.Tensor) -> Picture:
    family = problem.family
    assert family.marginals is not None
    one, own = family.marginals(problem.unpack(theta))
    means = one.make(own).mean()
    f = tf.fill(tf.shape(means)[1:], tf.constant(np.nan, theta.dtype))
    if not problem.cost.depends_on_parameters:
        problem64, rows = vectors.coordinates_of(in_double(problem), tf.cast(theta[:1], tf.float64))
        f = tf.cast(exact.expected_cost(problem64, rows[0]), theta.dtype)
    return Picture(means, f, tf.constant([0.0, float(means.shape[-1] - 1)]))


def _span(problem: Problem, parameters: Mapping[str, tf.Tensor]) -> tf.Tensor:
    family = problem.family
    if family.centers is not None:
        ends = (family.view or family.centers)(parameters)
        low, high = tf.reduce_min(ends[0]), tf.reduce_max(ends[-1])
        lowest, highest = family.support(parameters)
        if tf.is_tensor(lowest) or math.isfinite(lowest):
            low = tf.minimum(low, tf.reduce_min(lowest))
        if tf.is_tensor(highest) or math.isfinite(highest):
            high = tf.maximum(high, tf.reduce_max(highest))
        return tf.stack([low, high])
    if family.finite and family.atoms is not None:
        atoms = family.atoms({name: value[0] for name, value in parameters.items()})
        return tf.constant([atoms[0], atoms[-1]], tf.float32)
    distribution = problem.distribution(parameters)
    reach = distribution.mean() + 5.0 * distribution.stddev() + 3.0
    return tf.stack([0.0, tf.reduce_max(reach)])


def no_grid(problem: Problem) -> np.ndarray:
    """A grid to begin with, that covers nothing; of the size of all that follow, so that nothing is compiled twice."""
    if problem.coordinates is None:
        return np.zeros(1 if problem.family.discrete else GRID_POINTS, np.float32)
    if problem.family.discrete:
        return np.arange(problem.coordinates, dtype=np.float32)
    return np.zeros((2, SIDE), np.float32)


def widened(grid: np.ndarray, span: np.ndarray, family: Family) -> np.ndarray:
    """The grid itself while it covers `span`, else a wider one: axes only ever expand. Integers for discrete x."""
    if not family.vector:
        return _wider(grid, span, family)
    if family.discrete:
        return grid
    old = list(grid)
    new = [_wider(axis, ends, family) for axis, ends in zip(old, span, strict=True)]
    return grid if all(one is other for one, other in zip(new, old, strict=True)) else np.stack(new)


def _wider(grid: np.ndarray, span: np.ndarray, family: Family) -> np.ndarray:
    """One axis [G] over one span [2]."""
    low, high = float(span[0]), float(span[1])
    slack = 1e-2 * (high - low)  # grids stop just short of the ends of a support
    begun = grid[0] < grid[-1]
    if begun and grid[0] <= low + slack and high - slack <= grid[-1]:
        return grid
    if begun:
        low, high = min(low, float(grid[0])), max(high, float(grid[-1]))
    if family.discrete:
        return np.arange(np.floor(low), np.ceil(high) + 1, dtype=np.float32)
    margin = 0.15 * (high - low)
    low, high = low - margin, high + margin
    if not family.moving_support:  # nothing is to be seen outside, and densities are not defined there
        lowest, highest = family.support({p.name: tf.constant(p.default) for p in family.parameters})
        low, high = max(low, float(lowest) + 1e-3 * margin), min(high, float(highest) - 1e-3 * margin)
    return np.linspace(low, high, len(grid), dtype=np.float32)
