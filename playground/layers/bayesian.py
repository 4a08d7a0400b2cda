"""Regression by a network of random weights: what the Bayesian dense layers share."""

import tensorflow as tf
import tensorflow_probability as tfp
import tf_keras
from tensorflow_probability import distributions as tfd

from playground.layers import pictures
from playground.layers.data import Rows
from playground.layers.model import Built, Loss, Network, Noise, Options

SCORE_DRAWS = 8
LEAST_SCALE, FIRST_RAW_SCALE = 1e-3, -3.0


def first_scale() -> tf_keras.initializers.Initializer:
    """Small standard deviations of the weights to begin with, 0.05 after a softplus."""
    return tf_keras.initializers.Constant(FIRST_RAW_SCALE)


def regression(layer: object, names: dict[str, tuple[str, ...]], options: Options, noise: Noise) -> Built:
    """x → the layer (tanh) → the layer → Normal with one learned spread, fitted by the evidence lower bound.

    Args:
      layer: (units, activation, name) → a layer that adds its KL to the model's losses.
      names: As of `Network`, beside the output and the spread.
      options, noise: As of `build`.
    """
    x = tf_keras.Input((1,), name="x")
    hidden = layer(options.units, "tanh", "hidden")(x)  # type: ignore[operator]
    loc = layer(1, None, "output")(hidden)  # type: ignore[operator]
    raw = tfp.layers.VariableLayer(1, initializer=tf_keras.initializers.Constant(-1.0), name="raw_scale")(x)
    normal = tfp.layers.DistributionLambda(
        lambda parts: tfd.Independent(tfd.Normal(parts[0], LEAST_SCALE + tf.nn.softplus(parts[1])), 1),
        convert_to_tensor_fn=lambda distribution: distribution.sample(seed=noise()),
        name="normal",
    )([loc, raw])
    parameters = {"output": ("network's output",), "raw_scale": ("raw scale",)} | names
    network = Network(tf_keras.Model(x, normal), parameters, noise)

    def loss(rows: Rows, tape: tf.GradientTape) -> Loss:
        """The negative evidence lower bound a row: a KL of all weights is shared by all training rows."""
        distribution, inside = network(rows.x)
        divergence = tf.add_n(network.losses) / options.rows
        value = divergence - tf.reduce_mean(distribution.log_prob(rows.y))
        return Loss(value, value, inside)

    def score(rows: Rows) -> tf.Tensor:
        """−log of the likelihood averaged over some draws of the weights."""

        def one(seed: tf.Tensor) -> tf.Tensor:
            with noise.starting_at(seed):
                return network(rows.x)[0].log_prob(rows.y)

        seeds = tf.random.stateless_uniform([SCORE_DRAWS, 2], noise(), None, None, tf.int32)
        log_likelihood = tf.map_fn(one, seeds, fn_output_signature=tf.float32, parallel_iterations=1)
        return -tf.reduce_mean(tfp.math.reduce_logmeanexp(log_likelihood, axis=0))

    return Built(network, loss, score, pictures.band_of_networks(network))
