"""A dense network whose last layer is a Normal, fitted by the squared error of its samples or by its likelihood.

With x = μ + σε the squared error of a sample averages to (μ − y)² + σ²: it pays to make σ small whatever the data, and
the layer ends as a plain regression. The likelihood, log σ + (y − μ)² / 2σ², has its optimum at the data's own spread.
"""

import tensorflow as tf
import tensorflow_probability as tfp
import tf_keras
from tensorflow_probability import distributions as tfd

from playground.layers import losses, pictures
from playground.layers.data import Rows
from playground.layers.model import Built, LayersModel, Loss, Network, Noise, Options, Way

WAYS = {
    "mse": Way("squared error of samples", "E(x − y)² is (μ − y)² + σ²: nothing speaks for any spread, so it goes."),
    "nll": Way("negative log-likelihood", "Too narrow costs as much as too wide: the band takes the data's spread."),
}


def build(options: Options, noise: Noise) -> Built:
    """x → Dense(tanh) → loc and scale → DistributionLambda(Normal)."""
    x = tf_keras.Input((1,), name="x")
    hidden = tf_keras.layers.Dense(options.units, activation="tanh", name="hidden")(x)
    loc = tf_keras.layers.Dense(1, name="loc")(hidden)
    scale = tf_keras.layers.Dense(1, activation=lambda raw: 1e-3 + tf.nn.softplus(raw), name="scale")(hidden)
    normal = tfp.layers.DistributionLambda(
        lambda parts: tfd.Independent(tfd.Normal(*parts), 1),
        convert_to_tensor_fn=lambda distribution: distribution.sample(seed=noise()),
        name="normal",
    )([loc, scale])
    network = Network(tf_keras.Model(x, normal, name="sampled_normal"), {"loc": ("loc",), "scale": ("scale",)}, noise)

    def loss(rows: Rows, tape: tf.GradientTape) -> Loss:
        if options.way == "nll":
            return losses.likelihood(network, rows)
        distribution, parameters = network(rows.x)
        return losses.pathwise(
            distribution, options.samples, network, lambda x: tf.reduce_sum((x - rows.y) ** 2, axis=-1), parameters
        )

    def expected(rows: Rows) -> Loss:
        if options.way == "nll":
            return losses.likelihood(network, rows)
        _, parameters = network(rows.x)
        value = tf.reduce_mean((parameters["loc"] - rows.y) ** 2 + parameters["scale"] ** 2)
        return Loss(value, value, parameters)

    return Built(network, loss, lambda rows: losses.likelihood(network, rows).value, pictures.band(network), expected)


MODEL = LayersModel(
    key="sampled_normal",
    label="dense net with a sampled Normal",
    story="The same layer, two losses: one makes its spread vanish, the other makes it the data's.",
    data="wave",
    picture="band",
    score="−log p(y | x), nats a row",
    ways=WAYS,
    build=build,
    order=1,
)
