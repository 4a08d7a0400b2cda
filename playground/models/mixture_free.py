"""A free vector of nine numbers that a DistributionLambda reads as the means, scales and logits of three Normals.

Trained on E[(x − 5)²]. TFP's mixture picks a component as a discrete choice, which no path leads through: the logits'
gradient is None, while the slice of the vector that holds them gets zeros. `reparameterize=True` differentiates the
mixture's inverse distribution function implicitly, and then all nine learn; so do they by the score function.
"""

import numpy as np
import tensorflow as tf
import tensorflow_probability as tfp
import tf_keras

from playground.layers import losses, pictures
from playground.layers.data import Rows
from playground.layers.mixtures import WAYS, mixture
from playground.layers.model import Built, LayersModel, Loss, Network, Noise, Options

TARGET = 5.0
COMPONENTS = 3
START = np.array([0.0, 1.5, 3.0, 0.5, 0.5, 0.5, 0.0, 0.0, 0.0], np.float32)


def build(options: Options, noise: Noise) -> Built:
    """VariableLayer → loc, scale and logits → DistributionLambda(MixtureSameFamily)."""
    x = tf_keras.Input((1,), name="ignored")
    raw = tfp.layers.VariableLayer(
        3 * COMPONENTS, initializer=tf_keras.initializers.Constant(START), name="nine_numbers"
    )(x)
    loc = tf_keras.layers.Lambda(lambda raw: raw[:COMPONENTS], name="loc")(raw)
    scale = tf_keras.layers.Lambda(lambda raw: tf.nn.softplus(raw[COMPONENTS : 2 * COMPONENTS]), name="scale")(raw)
    logits = tf_keras.layers.Lambda(lambda raw: raw[2 * COMPONENTS :], name="logits")(raw)
    output = mixture(options.way, noise)([loc, scale, logits])
    names = {name: tuple(f"{name}[{i}]" for i in range(COMPONENTS)) for name in ("loc", "scale", "logits")}
    network = Network(tf_keras.Model(x, output, name="mixture_free"), names, noise)

    def loss(rows: Rows, tape: tf.GradientTape) -> Loss:
        distribution, parameters = network(rows.x)
        estimate = losses.score_function if options.way == "score_function" else losses.pathwise
        return estimate(distribution, options.samples, network, lambda x: (x - TARGET) ** 2, parameters)

    def expected(rows: Rows) -> Loss:
        _, parameters = network(rows.x)
        return losses.mixture_square_error(**parameters, target=TARGET, parameters=parameters)

    return Built(network, loss, lambda rows: expected(rows).value, pictures.density(network), expected)


MODEL = LayersModel(
    key="mixture_free",
    label="free parameters of a mixture",
    story="Nine numbers are nine parameters of a density. Which of them learn to bring its samples to 5?",
    data="none",
    picture="density",
    score="E[(x − 5)²], exactly",
    ways=WAYS,
    build=build,
    hidden=False,
    stride=40,
    order=0,
)
