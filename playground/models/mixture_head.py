"""A dense layer whose nine outputs a DistributionLambda reads as means, scales and logits of a mixture, for each x.

The loss is the squared error of samples, so that the gradient must get through the sampling. With TFP's default mixture
it reaches six of the nine outputs; the kernel's columns that make the logits get zeros, and stay as they were drawn.
"""

import tensorflow as tf
import tf_keras

from playground.layers import losses, pictures
from playground.layers.data import Rows
from playground.layers.mixtures import WAYS, mixture
from playground.layers.model import Built, LayersModel, Loss, Network, Noise, Options

COMPONENTS = 3


def build(options: Options, noise: Noise) -> Built:
    """x → Dense(tanh) → Dense(9) → loc, scale and logits → DistributionLambda(MixtureSameFamily)."""
    x = tf_keras.Input((1,), name="x")
    hidden = tf_keras.layers.Dense(options.units, activation="tanh", name="hidden")(x)
    nine = tf_keras.layers.Dense(3 * COMPONENTS, name="nine_outputs")(hidden)
    loc = tf_keras.layers.Lambda(lambda nine: nine[..., :COMPONENTS], name="loc")(nine)
    middle = slice(COMPONENTS, 2 * COMPONENTS)
    scale = tf_keras.layers.Lambda(lambda nine: 1e-3 + tf.nn.softplus(nine[..., middle]), name="scale")(nine)
    logits = tf_keras.layers.Lambda(lambda nine: nine[..., 2 * COMPONENTS :], name="logits")(nine)
    output = mixture(options.way, noise)([loc, scale, logits])
    names = {name: tuple(f"{name}[{i}]" for i in range(COMPONENTS)) for name in ("loc", "scale", "logits")}
    network = Network(tf_keras.Model(x, output, name="mixture_head"), names, noise)

    def loss(rows: Rows, tape: tf.GradientTape) -> Loss:
        distribution, parameters = network(rows.x)
        estimate = losses.score_function if options.way == "score_function" else losses.pathwise
        return estimate(distribution, options.samples, network, lambda x: (x - rows.y[:, 0]) ** 2, parameters)

    def expected(rows: Rows) -> Loss:
        _, parameters = network(rows.x)
        return losses.mixture_square_error(**parameters, target=rows.y, parameters=parameters)

    return Built(
        network, loss, lambda rows: expected(rows).value, pictures.conditional(network, "wave", event=False), expected
    )


MODEL = LayersModel(
    key="mixture_head",
    label="dense layer to a mixture",
    story="Nine outputs of a dense layer are a mixture's parameters. Three of them never hear of the loss.",
    data="wave",
    picture="conditional",
    score="E[(x − y)²], exactly",
    ways=WAYS,
    build=build,
    order=2,
)
