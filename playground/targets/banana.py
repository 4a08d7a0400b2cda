"""A Normal bent along a parabola: z₀ ~ N(0, 1), z₁ ~ N(0.7 (z₀² − 1), 0.5²).

The window is closer than others, so that the bend is seen: a share of 1 − 6e-4 of the mass lies within.

Source: after Haario, Saksman & Tamminen (1999), Adaptive proposal distribution for random walk Metropolis.
"""

import math

import tensorflow as tf

from playground.target import Target

BEND = 0.7
WIDTH = 0.5


def _ridge(first: tf.Tensor) -> tf.Tensor:
    return BEND * (first**2 - 1.0)


def _log_prob(z: tf.Tensor) -> tf.Tensor:
    first, second = tf.unstack(z, num=2, axis=-1)
    rest = (second - _ridge(first)) / WIDTH
    return -0.5 * (first**2 + rest**2) - math.log(2.0 * math.pi * WIDTH)


def _sample(count: int, seed: tf.Tensor) -> tf.Tensor:
    first, rest = tf.unstack(tf.random.stateless_normal([count, 2], seed), axis=-1)
    return tf.stack([first, _ridge(first) + WIDTH * rest], axis=-1)


TARGET = Target(
    key="banana",
    label="Banana",
    story="Bent: no Normal fits it, a flow does.",
    latex=r"\mathcal N(z_0;0,1)\,\mathcal N(z_1;0.7(z_0^2-1),0.5^2)",
    kind="plane",
    event_size=2,
    log_prob=_log_prob,
    window=((-3.8, 3.8), (-3.0, 8.0)),
    sample=_sample,
    log_evidence=0.0,
    order=3,
)
