"""A small network: one layer of tanh units, a number out, and all its weights in one flat vector.

A flat vector is one tensor of an estimator's state and one operation of its optimiser, where layers would be four.
"""

import tensorflow as tf

UNITS = 10
SEED = (2018, 0)


def first_weights(inputs: int, dtype: tf.DType) -> tf.Tensor:
    """Weights, the same ones each time: units that differ from each other, and an output of 0.

    A slope for each input and a bias for each unit, [UNITS · (inputs + 1)], then a linear function of the units.
    """
    hidden = tf.random.stateless_normal([UNITS * (inputs + 1)], SEED)
    return tf.cast(tf.concat([hidden, tf.zeros([UNITS + 1])], axis=0), dtype)


def apply(weights: tf.Tensor, x: tf.Tensor) -> tf.Tensor:
    """The network's output, differentiable in both arguments: weights for n inputs, x [..., n] → [...]."""
    inputs = x.shape[-1]
    slopes, biases, outputs, level = tf.split(weights, [UNITS * inputs, UNITS, UNITS, 1])
    units = tf.tanh(tf.tensordot(x, tf.reshape(slopes, [inputs, UNITS]), 1) + biases)
    return tf.tensordot(units, outputs, 1) + level[0]
