"""A mixture of two round Normals: 0.6 N((−2, −1), 0.7²) + 0.4 N((2, 1), 0.7²)."""

import math

import tensorflow as tf

from playground import noise
from playground.target import Target

WEIGHTS = (0.6, 0.4)
LOCS = ((-2.0, -1.0), (2.0, 1.0))
SCALE = 0.7


def _log_prob(z: tf.Tensor) -> tf.Tensor:
    locs, log_weights = tf.constant(LOCS, z.dtype), tf.math.log(tf.constant(WEIGHTS, z.dtype))
    squares = tf.reduce_sum(((z[..., tf.newaxis, :] - locs) / SCALE) ** 2, axis=-1)
    return tf.reduce_logsumexp(log_weights - 0.5 * squares, axis=-1) - math.log(2.0 * math.pi * SCALE**2)


def _sample(count: int, seed: tf.Tensor) -> tf.Tensor:
    which, around = noise.split(seed, 2)
    second = tf.random.stateless_uniform([count], which) > WEIGHTS[0]
    locs = tf.gather(tf.constant(LOCS), tf.cast(second, tf.int32))
    return locs + SCALE * tf.random.stateless_normal([count, 2], around)


TARGET = Target(
    key="two_modes",
    label="Two modes",
    story="Reverse KL seeks one of them, forward KL covers both.",
    latex=r"0.6\,\mathcal N((-2,-1),0.7^2 I)+0.4\,\mathcal N((2,1),0.7^2 I)",
    kind="plane",
    event_size=2,
    log_prob=_log_prob,
    window=((-5.6, 5.6), (-4.6, 4.6)),
    sample=_sample,
    log_evidence=0.0,
    order=5,
)
