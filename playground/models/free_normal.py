"""A free loc and a free scale, no input, and a tape of one's own: does it matter where the sample is drawn?

The tape knows what happens while it records. Drawn on it, TFP's sample is loc + scale · ε to the tape, and both learn;
drawn while it does not record, the very same numbers are constants, and both gradients are None.
"""

import tensorflow as tf
import tensorflow_probability as tfp
import tf_keras
from tensorflow_probability import distributions as tfd

from playground.layers import losses, pictures
from playground.layers.data import Rows
from playground.layers.model import Built, LayersModel, Loss, Network, Noise, Options, Way

WAYS = {
    "inside": Way("drawn on the tape", "The sample is loc + scale · ε to the tape: both parameters learn."),
    "outside": Way("drawn off the tape", "The same sample, drawn while the tape does not record: both get None."),
}
START = tf_keras.initializers.Constant([4.0, 1.5])


def build(options: Options, noise: Noise) -> Built:
    """VariableLayer → loc and scale → DistributionLambda(Normal)."""
    x = tf_keras.Input((1,), name="ignored")
    raw = tfp.layers.VariableLayer(2, initializer=START, name="two_numbers")(x)
    loc = tf_keras.layers.Lambda(lambda raw: raw[:1], name="loc")(raw)
    scale = tf_keras.layers.Lambda(lambda raw: tf.nn.softplus(raw[1:]), name="scale")(raw)
    normal = tfp.layers.DistributionLambda(
        lambda parts: tfd.Normal(*parts),
        convert_to_tensor_fn=lambda distribution: distribution.sample(seed=noise()),
        name="normal",
    )([loc, scale])
    network = Network(tf_keras.Model(x, normal, name="free_normal"), {"loc": ("loc",), "scale": ("scale",)}, noise)

    def loss(rows: Rows, tape: tf.GradientTape) -> Loss:
        distribution, parameters = network(rows.x)
        if options.way == "inside":
            return losses.pathwise(distribution, options.samples, network, tf.square, parameters)
        with tape.stop_recording():
            samples = distribution.sample(options.samples, seed=network.noise())
        value = tf.reduce_mean(samples**2)
        return Loss(value, value, parameters)

    def expected(rows: Rows) -> Loss:
        _, parameters = network(rows.x)
        value = tf.reduce_sum(parameters["loc"] ** 2 + parameters["scale"] ** 2)
        return Loss(value, value, parameters)

    return Built(network, loss, lambda rows: expected(rows).value, pictures.density(network), expected)


MODEL = LayersModel(
    key="free_normal",
    label="free loc and scale",
    story="Two numbers and a tape of one's own. All depends on whether the tape saw the draw.",
    data="none",
    picture="density",
    score="E[x²], exactly",
    ways=WAYS,
    build=build,
    hidden=False,
    stride=40,
    order=5,
)
