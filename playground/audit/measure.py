"""A distribution as weighted points in float64: quadrature of its own density, or its atoms. Nothing is sampled.

A continuous distribution is integrated over all of ℝ^d by way of TFP's bijector from there to its support, so that the
support, where it moves with θ as well, is read from the distribution. On each axis u = sinh t: the tails become as
thin as those of a double exponential, for which evenly spaced points converge exponentially (Takahasi & Mori 1974).
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf
from tensorflow_probability import bijectors as tfb
from tensorflow_probability import distributions as tfd

REACH = 26.0  # Of t on the line: a tail like that of a Cauchy distribution has 1e-11 of its mass beyond sinh t.
PANELS, ORDER = 260, 10  # Gauss–Legendre, so that panels may end at kinks.
GRIDS = {2: (8.0, 0.05), 3: (3.6, 0.12)}  # Reach and spacing of t in two and three dimensions.


class Measured(NamedTuple):
    """Weighted points.

    Attributes:
      x: [N, *event], float64.
      mass: [N], which sums to 1.
    """

    x: tf.Tensor
    mass: tf.Tensor


def quadrature(
    distribution: tfd.Distribution,
    kinks: Sequence[tf.Tensor] = (),
    over: tfb.Bijector | None = None,
    panels: int = PANELS,
    grid: tuple[float, float] | None = None,
) -> Measured:
    """Any continuous distribution over one to three numbers whose density TFP knows, in float64.

    Args:
      distribution: Of batch shape [].
      kinks: For a scalar one: the points, ascending, where its density is not smooth.
      over: From ℝ^d to the support; None for TFP's own, or the identity where TFP has none.
      panels: On the line: fewer where the density is expensive.
      grid: In two and three dimensions: the reach and the spacing of t; None for those of `GRIDS`.
    """
    bijector = over or distribution.experimental_default_event_space_bijector() or tfb.Identity()
    free = bijector.inverse_event_shape(distribution.event_shape)
    size = free.num_elements()
    if free.rank == 0:
        ends = [tf.asinh(bijector.inverse(kink)) for kink in kinks]
        t, weight = _line(ends, panels)
    else:
        t, weight = _grid(size, grid)
    u = tf.reshape(tf.sinh(t), [-1, *free])
    volume = weight * tf.reduce_prod(tf.reshape(tf.cosh(t), [-1, size]), axis=1)
    x = bijector.forward(u)
    log_density = distribution.log_prob(x) + bijector.forward_log_det_jacobian(u, event_ndims=free.rank)
    mass = tf.exp(log_density) * volume
    # Far out the map overflows, where there is nothing to be found.
    axes = list(range(1, x.shape.rank))
    alive = tf.math.is_finite(mass) & tf.reduce_all(tf.math.is_finite(x), axis=axes)
    middle = tf.reshape(alive, [-1, *[1] * len(axes)])
    return Measured(tf.where(middle, x, tf.ones_like(x)), tf.where(alive, mass, tf.zeros_like(mass)))


def _line(ends: Sequence[tf.Tensor], panels: int) -> tuple[tf.Tensor, tf.Tensor]:
    """Gauss–Legendre panels over [−REACH, REACH], split at `ends`: nodes [N] and weights [N]."""
    node, weight = (tf.constant(values, tf.float64) for values in np.polynomial.legendre.leggauss(ORDER))
    bounds = [tf.constant(-REACH, tf.float64), *ends, tf.constant(REACH, tf.float64)]
    pieces = []
    for lower, upper in zip(bounds, bounds[1:], strict=False):
        count = max(12, panels // (len(bounds) - 1))
        edges = lower + (upper - lower) * tf.linspace(tf.constant(0.0, tf.float64), 1.0, count + 1)
        half = (edges[1:] - edges[:-1])[:, tf.newaxis] / 2.0
        pieces.append((edges[:-1, tf.newaxis] + half * (1.0 + node), half * weight))
    t, w = (tf.concat([tf.reshape(piece[i], [-1]) for piece in pieces], 0) for i in (0, 1))
    return t, w


def _grid(size: int, grid: tuple[float, float] | None) -> tuple[tf.Tensor, tf.Tensor]:
    """Evenly spaced points in `size` dimensions: [N, size] and weights [N]."""
    if size == 1:
        t, weight = _line([], PANELS)
        return t[:, tf.newaxis], weight
    reach, spacing = grid or GRIDS[size]
    axis = np.arange(-reach, reach + spacing / 2.0, spacing)
    t = np.stack(np.meshgrid(*[axis] * size, indexing="ij"), axis=-1).reshape(-1, size)
    return tf.constant(t), tf.fill([len(t)], tf.constant(spacing**size, tf.float64))


def atoms(points: Any) -> Callable[[tfd.Distribution, Mapping[str, tf.Tensor]], Measured]:
    """A discrete distribution over fixed `points` [N, *event], cut where next to nothing remains."""

    def measure(distribution: tfd.Distribution, parameters: Mapping[str, tf.Tensor]) -> Measured:
        x = tf.constant(points, tf.float64)
        log_prob = distribution.log_prob(tf.cast(x, distribution.dtype))
        return Measured(x, tf.exp(tf.cast(log_prob, tf.float64)))

    return measure


def counts(last: int) -> Callable[[tfd.Distribution, Mapping[str, tf.Tensor]], Measured]:
    """A distribution over 0, 1, …, `last`."""
    return atoms(np.arange(last + 1.0))


def sphere(distribution: tfd.Distribution, parameters: Mapping[str, tf.Tensor]) -> Measured:
    """A distribution over the unit vectors of three dimensions: latitude by Gauss–Legendre, longitude evenly."""
    z, weight = np.polynomial.legendre.leggauss(120)
    angle = np.arange(200) * (2.0 * math.pi / 200)
    across = np.sqrt(1.0 - z[:, np.newaxis] ** 2)
    x = np.stack([across * np.cos(angle), across * np.sin(angle), np.broadcast_to(z[:, np.newaxis], (120, 200))], -1)
    area = np.repeat(weight * (2.0 * math.pi / 200), 200)
    points = tf.constant(x.reshape(-1, 3))
    return Measured(points, tf.exp(distribution.log_prob(points)) * tf.constant(area))


def circle(distribution: tfd.Distribution, parameters: Mapping[str, tf.Tensor]) -> Measured:
    """A distribution over angles, evenly spaced: exponentially exact for what is periodic."""
    count = 2000
    x = tf.constant(-math.pi + (np.arange(count) + 0.5) * (2.0 * math.pi / count))
    return Measured(x, distribution.prob(x) * (2.0 * math.pi / count))
