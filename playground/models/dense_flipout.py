"""Regression by `DenseFlipout` (Wen et al. 2018): one draw of the weights, whose signs differ from row to row.

A perturbation of the weights is as likely as its mirror image. Random signs for each row's inputs and outputs give each
row a perturbation of its own at the price of one product of matrices more.
"""

import tensorflow as tf
import tensorflow_probability as tfp
import tf_keras
from tensorflow_probability import distributions as tfd

from playground.layers import bayesian
from playground.layers.model import Built, LayersModel, Noise, Options, Way

WAYS = {
    "flipout": Way(
        "random signs for each row", "Rows no longer share their noise: less variance than one draw for all."
    ),
    "shared": Way("one draw for all rows", "The same posterior by DenseReparameterization, to compare variances."),
}


class StatelessFlipout(tfp.layers.DenseFlipout):
    """`DenseFlipout` whose signs follow from a seed: TFP's own cannot be drawn a second time.

    Args:
      units: Of the output.
      noise: Where seeds come from.
      **options: Of `DenseFlipout`.
    """

    def __init__(self, units: int, noise: Noise, **options: object) -> None:
        super().__init__(units, **options)
        self._noise = noise

    def _signs(self, shape: tf.Tensor) -> tf.Tensor:
        return 2.0 * tf.cast(tf.random.stateless_uniform(shape, self._noise(), 0, 2, tf.int32), tf.float32) - 1.0

    def _apply_variational_kernel(self, inputs: tf.Tensor) -> tf.Tensor:
        posterior = self.kernel_posterior.distribution
        self.kernel_posterior_affine = tfd.Normal(tf.zeros_like(posterior.loc), posterior.scale)
        self.kernel_posterior_affine_tensor = self.kernel_posterior_tensor_fn(self.kernel_posterior_affine)
        self.kernel_posterior_tensor = None
        rows = tf.shape(inputs)[:-1]
        signed = inputs * self._signs(tf.shape(inputs))
        perturbed = tf.matmul(signed, self.kernel_posterior_affine_tensor)
        return tf.matmul(inputs, posterior.loc) + perturbed * self._signs(tf.concat([rows, [self.units]], axis=0))


def build(options: Options, noise: Noise) -> Built:
    """x → DenseFlipout(tanh) → DenseFlipout → Normal."""
    posterior = bayesian.posterior()

    def layer(units: int, activation: str | None, name: str) -> tf_keras.layers.Layer:
        how = {
            "activation": activation,
            "kernel_posterior_fn": posterior,
            "kernel_posterior_tensor_fn": lambda distribution: distribution.sample(seed=noise()),
            "bias_posterior_fn": bayesian.fixed_bias(),
            "bias_posterior_tensor_fn": lambda distribution: tf.convert_to_tensor(distribution.mean()),
            "name": name,
        }
        if options.way == "flipout":
            return StatelessFlipout(units, noise, **how)
        return tfp.layers.DenseReparameterization(units, **how)

    return bayesian.regression(layer, options, noise)


MODEL = LayersModel(
    key="dense_flipout",
    label="random weights: DenseFlipout",
    story="One draw of the weights with random signs for each row: nearly as good as a draw for each row.",
    data="wave",
    picture="band",
    score="−log mean p(y | x), nats a row",
    ways=WAYS,
    build=build,
    learning_rate=0.02,
    draws=False,
    stride=80,
    order=12,
)
