"""Angles with two favourite directions."""

import tensorflow as tf
from tensorflow_probability import distributions as tfd

from playground.target import Target

WEIGHTS, LOC, CONCENTRATION = (0.65, 0.35), (-2.5, 1.0), (4.0, 8.0)


def _mixture(dtype: tf.DType) -> tfd.Distribution:
    return tfd.MixtureSameFamily(
        tfd.Categorical(probs=tf.constant(WEIGHTS, dtype)),
        tfd.VonMises(tf.constant(LOC, dtype), tf.constant(CONCENTRATION, dtype)),
    )


def _log_prob(z: tf.Tensor) -> tf.Tensor:
    return _mixture(z.dtype).log_prob(tf.squeeze(z, -1))


def _sample(n: int, seed: tf.Tensor) -> tf.Tensor:
    return _mixture(tf.float32).sample(n, seed=seed)[:, tf.newaxis]


TARGET = Target(
    key="two_directions",
    label="Two directions",
    story="Two peaks on a circle, one across the seam at π: a single von Mises must choose.",
    latex=r"0.65\,\mathrm{vM}(-2.5, 4) + 0.35\,\mathrm{vM}(1, 8)",
    kind="circle",
    event_size=1,
    log_prob=_log_prob,
    window=((-3.141592653589793, 3.141592653589793),),
    sample=_sample,
    log_evidence=0.0,
    order=20,
)
