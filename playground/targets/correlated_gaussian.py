"""Two standard Normals with a correlation of 0.9."""

import math

import tensorflow as tf

from playground.target import Target

CORRELATION = 0.9
REST = math.sqrt(1.0 - CORRELATION**2)  # The standard deviation of z₁ given z₀.


def _log_prob(z: tf.Tensor) -> tf.Tensor:
    first, second = tf.unstack(z, num=2, axis=-1)
    rest = (second - CORRELATION * first) / REST
    return -0.5 * (first**2 + rest**2) - math.log(2.0 * math.pi * REST)


def _sample(count: int, seed: tf.Tensor) -> tf.Tensor:
    first, rest = tf.unstack(tf.random.stateless_normal([count, 2], seed), axis=-1)
    return tf.stack([first, CORRELATION * first + REST * rest], axis=-1)


TARGET = Target(
    key="correlated_gaussian",
    label="Correlated Normals",
    story="A diagonal q makes itself narrow to stay inside; a full covariance fits exactly.",
    latex=r"\mathcal N\!\left(0,\begin{pmatrix}1&0.9\\0.9&1\end{pmatrix}\right)",
    kind="plane",
    event_size=2,
    log_prob=_log_prob,
    window=((-5.2, 5.2), (-5.2, 5.2)),
    sample=_sample,
    log_evidence=0.0,
    order=2,
)
