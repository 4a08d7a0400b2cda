"""Nodes and weights for integrals over a line that know where the mass, the singular ends and the kinks are.

The line is cut at `centers`. Between two of them nodes are Gauss–Legendre. Outside them a variable is changed first, so
that one rule serves light tails, algebraic tails and singular ends alike (Takahasi & Mori 1974):

    to infinity:        x = c ± L sinh(π/2 sinh τ),      to a finite end a:   x = a + (c − a) exp(−sinh τ),

both regular at τ = 0, both double exponential at the far side. A kink is placed by the inverse of the same map, so it
splits a piece where it lies without spoiling the map around it.
"""

import functools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import tensorflow as tf

TAIL_REACH = 4.5  # τ where a tail is cut: about 1e30 widths from the centre.
END_REACH = 7.0  # τ where an approach to a finite end is cut: a fraction 1e-238 of the piece.
INNER_SPLIT = 1.0  # τ where each outer piece is split in two, since light tails live in its first part only.
ORDER = 64


def double(value: Any) -> tf.Tensor:
    """`value` in float64; `tf.cast` alone would take a Python float through float32."""
    return tf.cast(value, tf.float64) if tf.is_tensor(value) else tf.constant(value, tf.float64)


@functools.lru_cache(maxsize=32)
def _gauss(order: int) -> tuple[np.ndarray, np.ndarray]:
    """Nodes and weights on [0, 1]: Gauss–Legendre, in panels of `ORDER` nodes where `order` is a multiple of it."""
    panels = order // ORDER if order > ORDER and order % ORDER == 0 else 1
    points, weights = np.polynomial.legendre.leggauss(order // panels)
    starts = np.arange(panels)[:, np.newaxis]
    return ((starts + 0.5 + 0.5 * points) / panels).ravel(), np.tile(0.5 * weights / panels, panels)


def _outer_map(tau: tf.Tensor, finite: bool) -> tuple[tf.Tensor, tf.Tensor]:
    """The map g(τ) of an outer piece, x = base + span g, and its slope |dg/dτ|."""
    if finite:
        g = tf.exp(-tf.sinh(tau))
        return g, tf.cosh(tau) * g
    half_pi_sinh = 0.5 * math.pi * tf.sinh(tau)
    return tf.sinh(half_pi_sinh), 0.5 * math.pi * tf.cosh(tau) * tf.cosh(half_pi_sinh)


def _outer_inverse(distance: tf.Tensor, width: tf.Tensor, finite: bool) -> tf.Tensor:
    """τ / reach in [0, 1] of a point `distance` outside the outermost center; 0 for a point inside it."""
    if finite:
        left = tf.clip_by_value((width - distance) / width, 1e-300, 1.0)
        return tf.minimum(tf.asinh(-tf.math.log(left)) / END_REACH, 1.0)
    scaled = tf.maximum(distance, 0.0) / width
    return tf.minimum(tf.asinh(tf.asinh(scaled) * 2.0 / math.pi) / TAIL_REACH, 1.0)


def rule(
    lower: Any, upper: Any, centers: Sequence[tf.Tensor], kinks: Sequence[Any] = (), order: int = ORDER
) -> tuple[tf.Tensor, tf.Tensor]:
    """Nodes and weights with Σ weight · g(node) ≈ ∫ g from `lower` to `upper`.

    Args:
      lower, upper: Python's ∓inf, or a number, or a tensor [B].
      centers: Ascending tensors [B] strictly between the ends; two or more where an end is infinite.
      kinks: Numbers or scalar tensors, in any order, anywhere.
      order: Nodes in each interval.

    Returns:
      x [B, N] and weights [B, N], float64. N is `order` times the number of centers and kinks plus three. No node lies
      on an end.
    """
    inside = tf.stack([double(c) for c in centers], axis=-1)
    first, last, pieces = inside[:, :1], inside[:, -1:], len(centers) + 1
    spread = 0.5 * (last - first)

    def outer(end: Any, nearest: tf.Tensor, side: float) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor, bool]:
        """(base, signed span, width, whether the end is finite), each [B, 1]."""
        if isinstance(end, float | int) and math.isinf(end):
            return nearest, side * spread, spread, False
        end = tf.broadcast_to(double(end), tf.shape(nearest[:, 0]))[:, tf.newaxis]
        return end, nearest - end, tf.abs(nearest - end), True

    low_base, low_span, low_width, low_finite = outer(lower, first, -1.0)
    high_base, high_span, high_width, high_finite = outer(upper, last, 1.0)
    low_reach = END_REACH if low_finite else TAIL_REACH
    high_reach = END_REACH if high_finite else TAIL_REACH

    # The whole line as u in [0, pieces], one unit a piece; kinks are breaks like the others, sorted for each θ.
    breaks = tf.constant(
        [[0.0, 1.0 - INNER_SPLIT / low_reach, *range(1, pieces), pieces - 1.0 + INNER_SPLIT / high_reach, pieces]],
        tf.float64,
    )
    if len(kinks):
        kink = tf.stack([double(k) for k in kinks])[tf.newaxis, :]
        steps = tf.maximum(inside[:, 1:] - inside[:, :-1], 1e-300)[:, tf.newaxis, :]
        within = tf.clip_by_value((kink[..., tf.newaxis] - inside[:, tf.newaxis, :-1]) / steps, 0.0, 1.0)
        place = 1.0 - _outer_inverse(first - kink, low_width, low_finite) + tf.reduce_sum(within, axis=-1)
        place += _outer_inverse(kink - last, high_width, high_finite)
        breaks = tf.sort(tf.concat([tf.repeat(breaks, tf.shape(place)[0], axis=0), place], axis=1), axis=1)

    points, weights = _gauss(order)
    left, length = breaks[:, :-1, tf.newaxis], (breaks[:, 1:] - breaks[:, :-1])[..., tf.newaxis]
    u = left + length * points
    piece = tf.clip_by_value(tf.floor(left + 0.5 * length), 0.0, pieces - 1.0)

    fraction, is_low, is_high = u - piece, tf.equal(piece, 0.0), tf.equal(piece, pieces - 1.0)
    low_g, low_slope = _outer_map((1.0 - fraction) * low_reach, low_finite)
    high_g, high_slope = _outer_map(fraction * high_reach, high_finite)
    g = tf.where(is_low, low_g, tf.where(is_high, high_g, fraction))
    slope = tf.where(is_low, low_slope * low_reach, tf.where(is_high, high_slope * high_reach, 1.0))

    choose = tf.one_hot(tf.cast(piece[..., 0], tf.int32), pieces, dtype=tf.float64)
    bases = tf.concat([low_base, inside[:, :-1], high_base], axis=1)
    spans = tf.concat([low_span, inside[:, 1:] - inside[:, :-1], high_span], axis=1)
    base = tf.reduce_sum(choose * bases[:, tf.newaxis, :], axis=-1)[..., tf.newaxis]
    span = tf.reduce_sum(choose * spans[:, tf.newaxis, :], axis=-1)[..., tf.newaxis]

    x = base + span * g
    weight = tf.abs(span) * (slope * length * weights)
    flat = [tf.shape(inside)[0], (pieces + 2 + len(kinks)) * order]  # static, whatever sorting made of the shape
    x, weight = tf.reshape(x, flat), tf.reshape(weight, flat)
    # Rounding must not put a node on a singular end.
    if low_finite:
        x = tf.maximum(x, low_base + 2.3e-16 * tf.abs(low_base))
    if high_finite:
        x = tf.minimum(x, high_base - 2.3e-16 * tf.abs(high_base))
    return x, weight
