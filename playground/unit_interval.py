"""Numbers strictly between 0 and 1, as floats: next to 1 they are coarse, and round to it."""

import numpy as np
import tensorflow as tf


def inside(x: tf.Tensor) -> tf.Tensor:
    """x moved off both ends by as little as its dtype can, where a density has an infinite logarithm or score."""
    limits = np.finfo(x.dtype.as_numpy_dtype)
    return tf.clip_by_value(x, limits.tiny, 1.0 - limits.epsneg)
