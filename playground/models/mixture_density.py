"""A mixture-density network (Bishop 1994): three Normals for each x, where y may take one of several values."""

import tensorflow_probability as tfp
import tf_keras

from playground.layers import losses, pictures
from playground.layers.model import Built, LayersModel, Network, Noise, Options, Way

COMPONENTS = 3
WAYS = {
    "mixture": Way("three components", "`tfp.layers.MixtureNormal`: a branch for each component."),
    "mixture_same_family": Way(
        "the same, put together", "`MixtureSameFamily` around an `IndependentNormal`: another wiring of the outputs."
    ),
    "single": Way("one Normal", "It can only go through the middle, where there are no data, and be wide."),
}


def build(options: Options, noise: Noise) -> Built:
    """x → Dense(tanh) twice → Dense(parameters) → MixtureNormal, MixtureSameFamily or IndependentNormal."""
    x = tf_keras.Input((1,), name="x")
    hidden = tf_keras.layers.Dense(options.units, activation="tanh", name="hidden")(x)
    hidden = tf_keras.layers.Dense(options.units, activation="tanh", name="hidden_too")(hidden)
    draw = {"convert_to_tensor_fn": lambda distribution: distribution.sample(seed=noise()), "name": "output"}
    if options.way == "mixture":
        layer = tfp.layers.MixtureNormal(COMPONENTS, 1, **draw)
        size = tfp.layers.MixtureNormal.params_size(COMPONENTS, 1)
    elif options.way == "mixture_same_family":
        layer = tfp.layers.MixtureSameFamily(COMPONENTS, tfp.layers.IndependentNormal(1), **draw)
        each = tfp.layers.IndependentNormal.params_size(1)
        size = tfp.layers.MixtureSameFamily.params_size(COMPONENTS, each)
    else:
        layer, size = tfp.layers.IndependentNormal(1, **draw), tfp.layers.IndependentNormal.params_size(1)
    outputs = tf_keras.layers.Dense(size, name="parameters")(hidden)
    names = {"parameters": tuple(f"parameters[{i}]" for i in range(size))}
    network = Network(tf_keras.Model(x, layer(outputs), name="mixture_density"), names, noise)
    return Built(
        network,
        lambda rows, tape: losses.likelihood(network, rows),
        lambda rows: losses.likelihood(network, rows).value,
        pictures.conditional(network, "branches", event=True),
        lambda rows: losses.likelihood(network, rows),
    )


MODEL = LayersModel(
    key="mixture_density",
    label="mixture-density network",
    story="Some x have three good answers. A mixture gives all three; one Normal gives none of them.",
    data="branches",
    picture="conditional",
    score="−log p(y | x), nats a row",
    ways=WAYS,
    build=build,
    draws=False,
    order=8,
)
