"""A dense net with `IndependentBernoulli` at the end: a probability of 1 for each x."""

import tensorflow as tf
import tensorflow_probability as tfp
import tf_keras

from playground.layers import losses, pictures
from playground.layers.data import Rows
from playground.layers.model import Built, LayersModel, Loss, Network, Noise, Options, Way

WAYS = {
    "nll": Way("negative log-likelihood", "The cross-entropy, by the layer's own log_prob."),
    "brier": Way("squared error of the mean", "Brier's score: proper as well, with a slope that fades when far off."),
    "sample": Way("squared error of a sample", "A drawn 0 or 1 has no path to the logit: every gradient is None."),
}


def build(options: Options, noise: Noise) -> Built:
    """x → Dense(tanh) → Dense(1) → IndependentBernoulli."""
    x = tf_keras.Input((1,), name="x")
    hidden = tf_keras.layers.Dense(options.units, activation="tanh", name="hidden")(x)
    logits = tf_keras.layers.Dense(tfp.layers.IndependentBernoulli.params_size(1), name="logits")(hidden)
    output = tfp.layers.IndependentBernoulli(
        1, convert_to_tensor_fn=lambda d: d.sample(seed=noise()), sample_dtype=tf.float32, name="bernoulli"
    )(logits)
    network = Network(tf_keras.Model(x, output, name="independent_bernoulli"), {"logits": ("logit",)}, noise)

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
        # A drawn 0 or 1 errs by its variance besides.
        extra = mean * (1.0 - mean) if options.way == "sample" else 0.0
        value = tf.reduce_mean((mean - rows.y) ** 2 + extra)
        return Loss(value, value, parameters)

    return Built(network, loss, lambda rows: losses.likelihood(network, rows).value, pictures.band(network), expected)


MODEL = LayersModel(
    key="independent_bernoulli",
    label="on or off: IndependentBernoulli",
    story="A probability for each x. Two losses find it; a loss on drawn zeros and ones finds nothing.",
    data="switch",
    picture="band",
    score="−log p(y | x), nats a row",
    ways=WAYS,
    build=build,
    draws=False,
    order=9,
)
