"""Losses of a drawn class, f(z) = ½ |z − onehot(y)|², in five ways that its gradient is sought."""

from collections.abc import Callable

import numpy as np
import tensorflow as tf
from tensorflow_probability import distributions as tfd

from playground.layers.model import Network
from playground.layers.pictures import GRID, Picture

TEMPERATURE = 0.5

Estimate = Callable[[tfd.OneHotCategorical, tf.Tensor, tf.Tensor, int, tf.Tensor], tuple[tf.Tensor, tf.Tensor]]
"""(distribution, logits [B, C], right classes one-hot [B, C], K, seed [2]) → (what is differentiated, its value)."""


def cost(z: tf.Tensor, right: tf.Tensor) -> tf.Tensor:
    """½ |z − right|², [..., C] → [...]: 1 for a wrong class, 0 for the right one."""
    return 0.5 * tf.reduce_sum((z - right) ** 2, axis=-1)


def _score_function_loo(
    distribution: tfd.OneHotCategorical, logits: tf.Tensor, right: tf.Tensor, samples: int, seed: tf.Tensor
) -> tuple[tf.Tensor, tf.Tensor]:
    del logits
    z = tf.stop_gradient(distribution.sample(samples, seed=seed))
    costs = cost(z, right)
    others = (tf.reduce_sum(costs, axis=0) - costs) / (samples - 1)
    return tf.reduce_mean((costs - others) * distribution.log_prob(z)), tf.reduce_mean(costs)


def _gumbel_softmax(
    distribution: tfd.OneHotCategorical, logits: tf.Tensor, right: tf.Tensor, samples: int, seed: tf.Tensor
) -> tuple[tf.Tensor, tf.Tensor]:
    """Jang, Gu & Poole (2017); Maddison, Mnih & Teh (2017)."""
    del distribution
    z = tfd.RelaxedOneHotCategorical(TEMPERATURE, logits=logits).sample(samples, seed=seed)
    value = tf.reduce_mean(cost(z, right))
    return value, value


def _straight_through(
    distribution: tfd.OneHotCategorical, logits: tf.Tensor, right: tf.Tensor, samples: int, seed: tf.Tensor
) -> tuple[tf.Tensor, tf.Tensor]:
    """Bengio, Léonard & Courville (2013)."""
    soft = tf.nn.softmax(logits)
    value = tf.reduce_mean(cost(tf.stop_gradient(distribution.sample(samples, seed=seed) - soft) + soft, right))
    return value, value


def _softmax_slope(probs: tf.Tensor, g: tf.Tensor) -> tf.Tensor:
    """J(π) g = π (g − π·g), [..., C]."""
    return probs * (g - tf.reduce_sum(probs * g, axis=-1, keepdims=True))


def _reinmax(
    distribution: tfd.OneHotCategorical, logits: tf.Tensor, right: tf.Tensor, samples: int, seed: tf.Tensor
) -> tuple[tf.Tensor, tf.Tensor]:
    """Liu, Dong, Liu, Yu & Gao (2023): 2 J(½ (π + z)) f′(z) − ½ J(π) f′(z), with f′(z) = z − right."""
    soft, z = tf.nn.softmax(logits), distribution.sample(samples, seed=seed)
    slope = 2.0 * _softmax_slope(0.5 * (soft + z), z - right) - 0.5 * _softmax_slope(soft, z - right)
    surrogate = tf.reduce_mean(tf.reduce_sum(tf.stop_gradient(slope) * logits, axis=-1))
    return surrogate, tf.reduce_mean(cost(z, right))


def _sample(
    distribution: tfd.OneHotCategorical, logits: tf.Tensor, right: tf.Tensor, samples: int, seed: tf.Tensor
) -> tuple[tf.Tensor, tf.Tensor]:
    del logits
    value = tf.reduce_mean(cost(distribution.sample(samples, seed=seed), right))
    return value, value


ESTIMATES: dict[str, Estimate] = {
    "score_function_loo": _score_function_loo,
    "gumbel_softmax": _gumbel_softmax,
    "straight_through": _straight_through,
    "reinmax": _reinmax,
    "sample": _sample,
}


def picture(network: Network) -> Picture:
    """The "probability" [C, 61] of each class over `GRID`."""

    def paint() -> dict[str, tf.Tensor]:
        distribution, _ = network(tf.constant(GRID[:, np.newaxis]))
        return {"probability": tf.transpose(distribution.probs_parameter())}

    return paint
