"""What discrete families share: quantiles by counting."""

from collections.abc import Callable

import tensorflow as tf

from playground.problem import tfd

Quantile = Callable[[tfd.Distribution, tf.Tensor], tf.Tensor]


def quantile_over(values: Callable[[tfd.Distribution], tf.Tensor]) -> Quantile:
    """The quantile function of a distribution over 0, 1, …, n − 1.

    Args:
      values: The distribution → its atoms [n], ascending from 0 by steps of 1, in its dtype.

    Returns:
      (distribution, u) → the smallest atom whose cumulative mass reaches u, of u's shape.
    """

    def quantile(distribution: tfd.Distribution, u: tf.Tensor) -> tf.Tensor:
        atoms = values(distribution)
        # Atoms go first, so that they broadcast against parameters of any batch shape.
        column = tf.reshape(atoms, tf.concat([tf.shape(atoms), tf.ones([tf.rank(u)], tf.int32)], axis=0))
        cumulative = tf.cumsum(distribution.prob(column), axis=0)[:-1]
        return tf.reduce_sum(tf.cast(u > cumulative, u.dtype), axis=0)

    return quantile
