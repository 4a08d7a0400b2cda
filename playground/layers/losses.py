"""The losses that several models share: how the gradient of an average over samples is found."""

from collections.abc import Callable, Mapping

import tensorflow as tf
from tensorflow_probability import distributions as tfd

from playground.layers.data import Rows
from playground.layers.model import Loss, Network

Parameters = Mapping[str, tf.Tensor]
Cost = Callable[[tf.Tensor], tf.Tensor]


def likelihood(network: Network, rows: Rows) -> Loss:
    """The mean negative log-likelihood of rows: no sample is drawn, so the path is an ordinary one."""
    distribution, parameters = network(rows.x)
    loss = -tf.reduce_mean(distribution.log_prob(rows.y))
    return Loss(loss, loss, parameters)


def pathwise(
    distribution: tfd.Distribution, samples: int, network: Network, cost: Cost, parameters: Parameters
) -> Loss:
    """The mean cost of K samples, differentiated through the samples as far as TFP lets it."""
    loss = tf.reduce_mean(cost(distribution.sample(samples, seed=network.noise())))
    return Loss(loss, loss, parameters)


def score_function(
    distribution: tfd.Distribution, samples: int, network: Network, cost: Cost, parameters: Parameters
) -> Loss:
    """A loss whose gradient is the score function's: (cost − mean cost of the other samples) · ∇ log p(sample).

    Samples are constants to the tape. The baseline of a sample does not depend on it, which keeps the mean right.

    Args:
      distribution: Batch shape [...].
      samples: K ≥ 2.
      network: The source of seeds.
      cost: Samples [K, ...] with their event → costs [K, ...].
      parameters: For the loss.
    """
    drawn = tf.stop_gradient(distribution.sample(samples, seed=network.noise()))
    costs = tf.stop_gradient(cost(drawn))
    others = (tf.reduce_sum(costs, axis=0) - costs) / (samples - 1)
    surrogate = tf.reduce_mean((costs - others) * distribution.log_prob(drawn))
    return Loss(surrogate, tf.reduce_mean(costs), parameters)


def mixture_square_error(
    loc: tf.Tensor, scale: tf.Tensor, logits: tf.Tensor, target: tf.Tensor | float, parameters: Parameters
) -> Loss:
    """E[(x − target)²] of a mixture of Normals in closed form, Σ wᵢ ((μᵢ − t)² + σᵢ²), averaged over rows.

    Args:
      loc, scale, logits: [..., C].
      target: [..., 1] or a number.
      parameters: For the loss.
    """
    loss = tf.reduce_mean(tf.reduce_sum(tf.nn.softmax(logits) * ((loc - target) ** 2 + scale**2), axis=-1))
    return Loss(loss, loss, parameters)
