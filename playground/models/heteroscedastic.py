"""Regression with a Normal at the end: one spread for all x, or a spread that depends on x, by `IndependentNormal`."""

import tensorflow as tf
import tensorflow_probability as tfp
import tf_keras
from tensorflow_probability import distributions as tfd

from playground.layers import losses, pictures
from playground.layers.model import Built, LayersModel, Network, Noise, Options, Way

WAYS = {
    "by_place": Way(
        "a spread for each x", "Two outputs into IndependentNormal: where data are noisy, the band widens."
    ),
    "one_for_all": Way(
        "one spread for all x", "A band of one width: too wide at the left and too narrow at the right."
    ),
}


def build(options: Options, noise: Noise) -> Built:
    """x → Dense(tanh) → Dense(2) → IndependentNormal, or Dense(1) and one free number → DistributionLambda(Normal)."""
    x = tf_keras.Input((1,), name="x")
    hidden = tf_keras.layers.Dense(options.units, activation="tanh", name="hidden")(x)
    draw = {"convert_to_tensor_fn": lambda distribution: distribution.sample(seed=noise())}
    if options.way == "by_place":
        two = tf_keras.layers.Dense(tfp.layers.IndependentNormal.params_size(1), name="two_outputs")(hidden)
        normal = tfp.layers.IndependentNormal(1, **draw, name="normal")(two)
        names: dict[str, tuple[str, ...]] = {"two_outputs": ("loc", "raw scale")}
    else:
        loc = tf_keras.layers.Dense(1, name="loc")(hidden)
        raw = tfp.layers.VariableLayer(1, name="raw_scale")(x)
        normal = tfp.layers.DistributionLambda(
            lambda parts: tfd.Independent(tfd.Normal(parts[0], tf.nn.softplus(parts[1])), 1), **draw, name="normal"
        )([loc, raw])
        names = {"loc": ("loc",), "raw_scale": ("raw scale",)}
    network = Network(tf_keras.Model(x, normal, name="heteroscedastic"), names, noise)
    return Built(
        network,
        lambda rows, tape: losses.likelihood(network, rows),
        lambda rows: losses.likelihood(network, rows).value,
        pictures.band(network),
        lambda rows: losses.likelihood(network, rows),
    )


MODEL = LayersModel(
    key="heteroscedastic",
    label="regression with a spread",
    story="How noisy is y at this x? A second output says so; a single number cannot.",
    data="wave",
    picture="band",
    score="−log p(y | x), nats a row",
    ways=WAYS,
    build=build,
    draws=False,
    order=7,
)
