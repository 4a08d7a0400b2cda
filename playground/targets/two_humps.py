"""Counts from two Poissons."""

import tensorflow as tf
from tensorflow_probability import distributions as tfd

from playground.target import Target

WEIGHTS, RATE = (0.6, 0.4), (3.0, 15.0)


def _mixture(dtype: tf.DType) -> tfd.Distribution:
    return tfd.MixtureSameFamily(
        tfd.Categorical(probs=tf.constant(WEIGHTS, dtype)), tfd.Poisson(tf.constant(RATE, dtype))
    )


def _log_prob(z: tf.Tensor) -> tf.Tensor:
    return _mixture(z.dtype).log_prob(tf.squeeze(z, -1))


def _sample(n: int, seed: tf.Tensor) -> tf.Tensor:
    return _mixture(tf.float32).sample(n, seed=seed)[:, tf.newaxis]


TARGET = Target(
    key="two_humps",
    label="Two humps of counts",
    story="Many small counts and some large ones: one hump can stretch over both or settle on one.",
    latex=r"0.6\,\mathrm{Poisson}(3) + 0.4\,\mathrm{Poisson}(15)",
    kind="counts",
    event_size=1,
    log_prob=_log_prob,
    window=((0.0, 40.0),),
    sample=_sample,
    log_evidence=0.0,
    order=21,
)
