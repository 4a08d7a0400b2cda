"""A circle of radius 2, blurred by a round Normal of width 0.35.

Blurred evenly along the circle, its density is exp(−(r² + R²)/2s²) I₀(rR/s²) / 2πs², r = |z|: normalised, smooth in
the middle, and sampled by a point of the circle plus noise. I₀ is the modified Bessel function.
"""

import math

import tensorflow as tf

from playground import noise
from playground.target import Target

RADIUS = 2.0
WIDTH = 0.35
TINY = 1e-20  # Under the root: its slope in the very middle is then 0 and not undefined.


def _log_prob(z: tf.Tensor) -> tf.Tensor:
    distance = tf.sqrt(tf.reduce_sum(z**2, axis=-1) + TINY)
    # log I₀(x) = x + log(e⁻ˣ I₀(x)), which completes the square.
    scaled = tf.math.bessel_i0e(distance * (RADIUS / WIDTH**2))
    return tf.math.log(scaled) - 0.5 * ((distance - RADIUS) / WIDTH) ** 2 - math.log(2.0 * math.pi * WIDTH**2)


def _sample(count: int, seed: tf.Tensor) -> tf.Tensor:
    where, around = noise.split(seed, 2)
    angle = tf.random.stateless_uniform([count], where, maxval=2.0 * math.pi)
    circle = RADIUS * tf.stack([tf.cos(angle), tf.sin(angle)], axis=-1)
    return circle + WIDTH * tf.random.stateless_normal([count, 2], around)


TARGET = Target(
    key="ring",
    label="Ring",
    story="A hole in the middle: a Normal settles on one side, a mixture shares the circle out.",
    latex=r"\oint \mathcal N(z;2u,0.35^2 I)\,\mathrm du",
    kind="plane",
    event_size=2,
    log_prob=_log_prob,
    window=((-4.2, 4.2), (-4.2, 4.2)),
    sample=_sample,
    log_evidence=0.0,
    order=6,
)
