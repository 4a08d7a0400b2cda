"""Shares of three, most of the mass near one corner."""

import tensorflow as tf
from tensorflow_probability import distributions as tfd

from playground.target import Target

CONCENTRATION = (6.0, 2.0, 1.5)


def _dirichlet(dtype: tf.DType) -> tfd.Distribution:
    return tfd.Dirichlet(tf.constant(CONCENTRATION, dtype))


def _log_prob(z: tf.Tensor) -> tf.Tensor:
    return _dirichlet(z.dtype).log_prob(z)


def _sample(n: int, seed: tf.Tensor) -> tf.Tensor:
    return _dirichlet(tf.float32).sample(n, seed=seed)


TARGET = Target(
    key="corner",
    label="Towards a corner",
    story="A Dirichlet itself: a learnt one can match it exactly, and the divergence then goes to 0.",
    latex=r"\mathrm{Dirichlet}(6, 2, 1.5)",
    kind="simplex",
    event_size=3,
    log_prob=_log_prob,
    window=((0.0, 1.0), (0.0, 1.0), (0.0, 1.0)),
    sample=_sample,
    log_evidence=0.0,
    order=22,
)
