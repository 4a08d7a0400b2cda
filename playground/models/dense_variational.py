"""Regression by `DenseVariational`: posterior and prior of the weights are small Keras models of one's own.

Both are a VariableLayer behind a DistributionLambda. The KL between them has a closed form here; without it the layer
takes log q − log p at the weights that it drew, which has the same mean.
"""

import numpy as np
import tensorflow as tf
import tensorflow_probability as tfp
import tf_keras
from tensorflow_probability import distributions as tfd

from playground.layers import bayesian
from playground.layers.model import Built, LayersModel, Noise, Options, Way

WAYS = {
    "exact_kl": Way("KL in closed form", "The layer's `kl_use_exact=True`: only the likelihood is sampled."),
    "sampled_kl": Way("KL at the drawn weights", "The layer's default: log q − log p of the draw, for any posterior."),
}


def build(options: Options, noise: Noise) -> Built:
    """x → DenseVariational(tanh) → DenseVariational → Normal."""

    def posterior(kernel_size: int, bias_size: int, dtype: tf.DType) -> tf_keras.Model:
        size = kernel_size + bias_size
        # Units that are alike would stay alike, but for their noise.
        means = np.random.default_rng(size).normal(scale=0.5, size=size)
        start = tf_keras.initializers.Constant(np.concatenate([means, np.full(size, bayesian.FIRST_RAW_SCALE)]))
        return tf_keras.Sequential(
            [
                tfp.layers.VariableLayer(2 * size, dtype=dtype, initializer=start, name="mean_and_raw_scale"),
                tfp.layers.DistributionLambda(
                    lambda raw: tfd.Independent(
                        tfd.Normal(raw[:size], bayesian.LEAST_SCALE + tf.nn.softplus(raw[size:])), 1
                    ),
                    convert_to_tensor_fn=lambda distribution: distribution.sample(seed=noise()),
                ),
            ]
        )

    def prior(kernel_size: int, bias_size: int, dtype: tf.DType) -> tf_keras.Model:
        zeros = tf.zeros([kernel_size + bias_size], dtype)
        layer = tfp.layers.DistributionLambda(
            lambda _: tfd.Independent(tfd.Normal(zeros, 1.0), 1), convert_to_tensor_fn=tfd.Distribution.mean
        )
        return tf_keras.Sequential([layer])

    def layer(units: int, activation: str | None, name: str) -> tf_keras.layers.Layer:
        exact = options.way == "exact_kl"
        return tfp.layers.DenseVariational(
            units, posterior, prior, kl_use_exact=exact, activation=activation, name=name
        )

    return bayesian.regression(layer, options, noise)


MODEL = LayersModel(
    key="dense_variational",
    label="random weights: DenseVariational",
    story="Posterior and prior of all weights are Keras models: anything that yields a distribution will do.",
    data="wave",
    picture="band",
    score="−log mean p(y | x), nats a row",
    ways=WAYS,
    build=build,
    learning_rate=0.02,
    draws=False,
    stride=80,
    order=13,
)
