"""A trap in TensorFlow that makes scores wrong at one point, and the way round it."""

import numpy as np
import tensorflow as tf


def off_one(concentration: tf.Tensor) -> tf.Tensor:
    """The same number, but never exactly 1, where log-densities have a term (concentration − 1) log x.

    TensorFlow's `xlogy(0, x)` is 0 and says that its slope is 0 too, where it is log x: at a concentration of exactly 1
    the score of a Gamma, a Beta, a Weibull or a Kumaraswamy would lack that term, without a word. A concentration that
    is a rounding error away has the right one.
    """
    rounding = np.finfo(concentration.dtype.as_numpy_dtype).eps
    return tf.where(tf.equal(concentration, 1.0), concentration + rounding, concentration)
