"""A Beta with two learned concentrations, stretched by a learned scale: three parameters behind one dense layer.

The sample is scale · b with b a Beta: the scale has an ordinary path, and TFP's sampler of the Beta differentiates its
distribution function implicitly, so all three learn. The score function sees the scale only through the density; where
that does not vanish at the upper end, which moves with the scale, its gradient of the scale is wrong.
"""

import tensorflow as tf
import tensorflow_probability as tfp
import tf_keras
from tensorflow_probability import bijectors as tfb
from tensorflow_probability import distributions as tfd

from playground.layers import losses, pictures
from playground.layers.data import Rows
from playground.layers.model import Built, LayersModel, Loss, Network, Noise, Options, Way

TARGET = 3.0
LEAST = 0.5
"""Of the concentrations and the scale: nearer to 0, samples of a Beta round to its ends, where nothing has a slope."""
WAYS = {
    "implicit": Way("through TFP's samples", "A path for each of the three: implicit for the Beta's, plain for scale."),
    "score_function": Way(
        "score function", "It cannot see an end that moves: right only while the density vanishes there."
    ),
}


def build(options: Options, noise: Noise) -> Built:
    """1 → Dense(3) → concentrations and scale → DistributionLambda(a scaled Beta)."""
    x = tf_keras.Input((1,), name="one")
    three = tf_keras.layers.Dense(
        3, kernel_initializer="zeros", bias_initializer=tf_keras.initializers.Constant(2.0), name="three_outputs"
    )(x)
    positive = tf_keras.layers.Lambda(lambda raw: LEAST + tf.nn.softplus(raw), name="positive")(three)
    beta = tfp.layers.DistributionLambda(
        lambda values: tfd.TransformedDistribution(tfd.Beta(values[..., 0], values[..., 1]), tfb.Scale(values[..., 2])),
        convert_to_tensor_fn=lambda distribution: distribution.sample(seed=noise()),
        name="scaled_beta",
    )(positive)
    names = {"positive": ("concentration1", "concentration0", "scale")}
    network = Network(tf_keras.Model(x, beta, name="beta_scaled"), names, noise)

    def loss(rows: Rows, tape: tf.GradientTape) -> Loss:
        distribution, parameters = network(rows.x)
        estimate = losses.score_function if options.way == "score_function" else losses.pathwise
        return estimate(distribution, options.samples, network, lambda x: (x - TARGET) ** 2, parameters)

    def expected(rows: Rows) -> Loss:
        _, parameters = network(rows.x)
        a, b, scale = tf.unstack(parameters["positive"], axis=-1)
        mean = a / (a + b)
        square = mean * (a + 1.0) / (a + b + 1.0)
        value = tf.reduce_mean(scale**2 * square - 2.0 * TARGET * scale * mean + TARGET**2)
        return Loss(value, value, parameters)

    return Built(network, loss, lambda rows: expected(rows).value, pictures.density(network), expected)


MODEL = LayersModel(
    key="beta_scaled",
    label="stretched Beta",
    story="Two concentrations and a scale, behind one dense layer: three parameters, and all three learn.",
    data="none",
    picture="density",
    score="E[(x − 3)²], exactly",
    ways=WAYS,
    build=build,
    hidden=False,
    stride=40,
    order=3,
)
