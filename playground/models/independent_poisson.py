"""A dense net with `IndependentPoisson` at the end: a rate of counts for each x."""

import tensorflow as tf
import tensorflow_probability as tfp
import tf_keras

from playground.layers import losses, pictures
from playground.layers.data import Rows
from playground.layers.model import Built, LayersModel, Loss, Network, Noise, Options, Way

WAYS = {
    "nll": Way("negative log-likelihood", "By the layer's own log_prob: large counts may be far off, small ones not."),
    "mean": Way("squared error of the mean", "As if all counts were equally noisy: the large ones have all the say."),
    "sample": Way("squared error of a sample", "A drawn count has no path to the rate: every gradient is None."),
}


def build(options: Options, noise: Noise) -> Built:
    """x → Dense(tanh) → Dense(1) → IndependentPoisson, which takes the logarithm of the rate."""
    x = tf_keras.Input((1,), name="x")
    hidden = tf_keras.layers.Dense(options.units, activation="tanh", name="hidden")(x)
    log_rate = tf_keras.layers.Dense(tfp.layers.IndependentPoisson.params_size(1), name="log_rate")(hidden)
    output = tfp.layers.IndependentPoisson(1, convert_to_tensor_fn=lambda d: d.sample(seed=noise()), name="poisson")(
        log_rate
    )
    network = Network(tf_keras.Model(x, output, name="independent_poisson"), {"log_rate": ("log rate",)}, noise)

    def loss(rows: Rows, tape: tf.GradientTape) -> Loss:
        if options.way != "sample":
            return expected(rows)
        distribution, parameters = network(rows.x)
        value = tf.reduce_mean((distribution.sample(seed=noise()) - rows.y) ** 2)
        return Loss(value, value, parameters)

    def expected(rows: Rows) -> Loss:
        if options.way == "nll":
            return losses.likelihood(network, rows)
        distribution, parameters = network(rows.x)
        mean = distribution.mean()
        # A drawn count errs by its variance besides, which is the mean.
        value = tf.reduce_mean((mean - rows.y) ** 2 + (mean if options.way == "sample" else 0.0))
        return Loss(value, value, parameters)

    return Built(network, loss, lambda rows: losses.likelihood(network, rows).value, pictures.band(network), expected)


MODEL = LayersModel(
    key="independent_poisson",
    label="counts: IndependentPoisson",
    story="A rate for each x: the band of counts is as wide as a Poisson is, no wider and no narrower.",
    data="counts",
    picture="band",
    score="−log p(y | x), nats a row",
    ways=WAYS,
    build=build,
    draws=False,
    order=10,
)
