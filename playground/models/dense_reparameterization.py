"""Regression by `DenseReparameterization`: every weight is a Normal, drawn once for all rows of a step.

With `DenseLocalReparameterization` each row's pre-activation is drawn instead, from the Normal that random weights give
it: the same mean gradient, and less variance, because the rows no longer share their noise.
"""

import tensorflow as tf
import tensorflow_probability as tfp
import tf_keras

from playground.layers import bayesian
from playground.layers.model import Built, LayersModel, Noise, Options, Way

LAYERS = {
    "reparameterization": tfp.layers.DenseReparameterization,
    "local": tfp.layers.DenseLocalReparameterization,
}
WAYS = {
    "reparameterization": Way("one draw of the weights", "All rows of a step share one draw: their noise adds up."),
    "local": Way("a draw for each row", "Local reparameterization: rows no longer share noise, and it averages out."),
}


def build(options: Options, noise: Noise) -> Built:
    """x → DenseReparameterization(tanh) → DenseReparameterization → Normal."""
    posterior = bayesian.posterior()

    def layer(units: int, activation: str | None, name: str) -> tf_keras.layers.Layer:
        return LAYERS[options.way](
            units,
            activation=activation,
            kernel_posterior_fn=posterior,
            kernel_posterior_tensor_fn=lambda distribution: distribution.sample(seed=noise()),
            bias_posterior_fn=bayesian.fixed_bias(),
            bias_posterior_tensor_fn=lambda distribution: tf.convert_to_tensor(distribution.mean()),
            name=name,
        )

    return bayesian.regression(layer, options, noise)


MODEL = LayersModel(
    key="dense_reparameterization",
    label="random weights: DenseReparameterization",
    story="Each weight is a Normal with a mean and a spread of its own: grey lines are networks drawn from them.",
    data="wave",
    picture="band",
    score="−log mean p(y | x), nats a row",
    ways=WAYS,
    build=build,
    learning_rate=0.02,
    draws=False,
    stride=80,
    order=11,
)
