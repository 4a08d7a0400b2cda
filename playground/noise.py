"""Stateless noise in any float dtype, shaped like a (broadcast) parameter tensor."""

import tensorflow as tf
import tensorflow_probability as tfp


def split(seed: tf.Tensor, n: int) -> list[tf.Tensor]:
    """n independent seeds from one."""
    return tf.unstack(tfp.random.split_seed(seed, n=n))


def uniform(like: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
    """U(0, 1), open at 0, of the shape and dtype of `like`."""
    return tf.random.stateless_uniform(tf.shape(like), seed, minval=smallest(like.dtype), maxval=1.0, dtype=like.dtype)


def smallest(dtype: tf.DType) -> tf.Tensor:
    """The smallest uniform number that is drawn: 0 has no logarithm."""
    return tf.constant(1e-7 if dtype == tf.float32 else 1e-16, dtype)


def exponential(like: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
    """Exp(1), of the shape and dtype of `like`."""
    return -tf.math.log(uniform(like, seed))
