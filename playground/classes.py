"""A categorical distribution whose samples depend on the seed alone.

TFP's own draws through `tf.random.stateless_categorical`, whose numbers change with the number of threads that
TensorFlow runs: the same link would show other numbers on another machine.
"""

import tensorflow as tf
from tensorflow_probability import distributions as tfd


class Classes(tfd.Categorical):
    """TFP's Categorical, sampled by inversion of one uniform number each."""

    def _sample_n(self, n: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
        probs = self.probs_parameter()
        shape = tf.concat([[n], tf.shape(probs)[:-1], [1]], axis=0)
        u = tf.random.stateless_uniform(shape, seed, dtype=probs.dtype)
        # The last class takes what rounding leaves of the sum.
        below = tf.cast(u >= tf.cumsum(probs, axis=-1)[..., :-1], tf.int32)
        return tf.cast(tf.reduce_sum(below, axis=-1), self.dtype)
