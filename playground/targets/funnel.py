"""Neal's funnel in two dimensions: z₁ ~ N(0, 1.5²) sets the log-variance of z₀ ~ N(0, exp(z₁)).

Neal's z₁ has a standard deviation of 3; half of it keeps neck and mouth on one screen. Its tails leave any window: a
share of 0.99 of the mass lies within this one.

Source: Neal (2003), Slice sampling, §8.
"""

import math

import tensorflow as tf

from playground.target import Target

SPREAD = 1.5


def _log_prob(z: tf.Tensor) -> tf.Tensor:
    across, along = tf.unstack(z, num=2, axis=-1)
    across_log_prob = -0.5 * (across**2 * tf.exp(-along) + along)
    return across_log_prob - 0.5 * (along / SPREAD) ** 2 - math.log(2.0 * math.pi * SPREAD)


def _sample(count: int, seed: tf.Tensor) -> tf.Tensor:
    across, along = tf.unstack(tf.random.stateless_normal([count, 2], seed), axis=-1)
    along = SPREAD * along
    return tf.stack([across * tf.exp(0.5 * along), along], axis=-1)


TARGET = Target(
    key="funnel",
    label="Neal's funnel",
    story="One number sets the scale of the other: a diagonal q fits the middle and misses neck and mouth.",
    latex=r"\mathcal N(z_1;0,1.5^2)\,\mathcal N(z_0;0,e^{z_1})",
    kind="plane",
    event_size=2,
    log_prob=_log_prob,
    window=((-8.0, 8.0), (-6.0, 6.0)),
    sample=_sample,
    log_evidence=0.0,
    order=4,
)
