"""Regression by a network of random weights: what the Bayesian dense layers share."""

from collections.abc import Callable

import tensorflow as tf
import tensorflow_probability as tfp
import tf_keras
from tensorflow_probability import distributions as tfd

from playground.layers import pictures
from playground.layers.data import Rows
from playground.layers.model import Built, Loss, Network, Noise, Options

SCORE_DRAWS = 4
LEAST_SCALE, FIRST_RAW_SCALE = 1e-3, -3.0


def posterior() -> Callable[..., tfd.Distribution]:
    """TFP's independent Normals, whose standard deviations begin at 0.05."""
    return tfp.layers.default_mean_field_normal_fn(
        loc_initializer=tf_keras.initializers.RandomNormal(stddev=0.1, seed=0),  # drawn anew by `Layout`
        untransformed_scale_initializer=tf_keras.initializers.Constant(FIRST_RAW_SCALE),
    )


def fixed_bias() -> Callable[..., tfd.Distribution]:
    """A bias that is an ordinary number, 0 to begin with."""
    return tfp.layers.default_mean_field_normal_fn(
        is_singular=True, loc_initializer=tf_keras.initializers.Constant(0.0)
    )


def regression(layer: Callable[[int, str | None, str], tf_keras.layers.Layer], options: Options, noise: Noise) -> Built:
    """x → the layer (tanh) → the layer → Normal with one learned spread, fitted by the evidence lower bound.

    Args:
      layer: (units, activation, name) → a layer that adds its KL to the model's losses.
      options, noise: As of `build`.
    """
    x = tf_keras.Input((1,), name="x")
    hidden = layer(options.units, "tanh", "hidden")(x)
    loc = layer(1, None, "output")(hidden)
    raw = tfp.layers.VariableLayer(1, initializer=tf_keras.initializers.Constant(-1.0), name="raw_scale")(x)
    normal = tfp.layers.DistributionLambda(
        lambda parts: tfd.Independent(tfd.Normal(parts[0], LEAST_SCALE + tf.nn.softplus(parts[1])), 1),
        convert_to_tensor_fn=lambda distribution: distribution.sample(seed=noise()),
        name="normal",
    )([loc, raw])
    names = {"output": ("network's output",), "raw_scale": ("raw scale",)}
    network = Network(tf_keras.Model(x, normal, name="random_weights"), names, noise)

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
