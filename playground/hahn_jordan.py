"""Weak derivatives of positive families where no closed form is known: the Hahn–Jordan split, by tables.

∂_θ p = p s = c (p₊ − p₋) with p₊ ∝ p max(s, 0) and p₋ ∝ p max(−s, 0), s the score. Both cumulative functions are
tabulated over log x and inverted at the same uniform, which couples the pair (Pflug 1989; Mohamed et al. 2020 §6).
"""

from collections.abc import Callable

import tensorflow as tf

from playground.problem import WeakDerivative

CELLS = 2000


def shared(parameter: tf.Tensor) -> tf.Tensor:
    """The one value [] that all draws of a broadcast parameter share, in float64."""
    return tf.cast(tf.reshape(parameter, [-1])[0], tf.float64)


def _invert(mass: tf.Tensor, edges: tf.Tensor, u: tf.Tensor) -> tf.Tensor:
    """The quantiles at u [M] of a piecewise uniform density with `mass` [CELLS] between `edges` [CELLS + 1]."""
    cumulative = tf.concat([tf.zeros_like(mass[:1]), tf.cumsum(mass)], axis=0)
    level = u * cumulative[-1]
    cell = tf.clip_by_value(tf.searchsorted(cumulative, level, side="right") - 1, 0, CELLS - 1)
    within = tf.math.divide_no_nan(level - tf.gather(cumulative, cell), tf.gather(mass, cell))
    start = tf.gather(edges, cell)
    return start + tf.clip_by_value(within, 0.0, 1.0) * (tf.gather(edges, cell + 1) - start)


def pairs(
    log_prob: Callable[[tf.Tensor, tf.Tensor], tf.Tensor],
    theta: tf.Tensor,
    lower: tf.Tensor,
    upper: tf.Tensor,
    u: tf.Tensor,
) -> WeakDerivative:
    """Coupled draws for the parameter `theta` that all draws share.

    Args:
      log_prob: (theta [N], x [N]) → log p(x; theta) [N], in float64.
      theta: [], float64.
      lower, upper: [], the range of log x that holds the mass; cells are small near `upper`, where the bulk is.
      u: Uniform draws of any shape; the result takes its shape and dtype.
    """
    fraction = tf.linspace(tf.constant(0.0, tf.float64), 1.0, CELLS + 1)
    # Cells shrink linearly towards `upper`: a small concentration puts little mass on a very long lower part.
    edges = upper - (upper - lower) * (1.0 - fraction) ** 2
    edges = tf.where(upper - lower < 20.0, lower + (upper - lower) * fraction, edges)
    middle = 0.5 * (edges[1:] + edges[:-1])
    own, x = tf.fill(tf.shape(middle), theta), tf.exp(middle)
    with tf.GradientTape() as tape:
        tape.watch(own)
        log_density = log_prob(own, x)
    signed = tape.gradient(log_density, own) * tf.exp(log_density) * x * (edges[1:] - edges[:-1])
    positive, negative = tf.nn.relu(signed), tf.nn.relu(-signed)
    level = tf.cast(tf.reshape(u, [-1]), tf.float64)
    draws = [
        tf.reshape(tf.cast(tf.exp(_invert(mass, edges, level)), u.dtype), tf.shape(u)) for mass in (positive, negative)
    ]
    # The two totals are the same integral; their mean is the better number.
    constant = 0.5 * tf.reduce_sum(tf.abs(signed))
    return WeakDerivative(tf.cast(constant, u.dtype), *draws)
