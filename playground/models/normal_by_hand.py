"""One Normal, four ways through its sample: written by hand, as a surrogate loss, with a baseline, and TFP's own.

TFP's Normal is fully reparameterized: its `sample` is loc + scale · ε and needs no trick by hand. The score function
enters a loss as cost · log p(x), with the cost and the sample taken for constants; adding up gradients of log p alone
would be no estimate of anything.
"""

import tensorflow as tf
import tensorflow_probability as tfp
import tf_keras
from tensorflow_probability import distributions as tfd

from playground.layers import losses, pictures
from playground.layers.data import Rows
from playground.layers.model import Built, LayersModel, Loss, Network, Noise, Options, Way

WAYS = {
    "tfp": Way("TFP's sampler", "`sample` of a Normal is reparameterized as it is: nothing to add."),
    "by_hand": Way("loc + scale · ε by hand", "The same estimator, written out: draw ε first, then shift and stretch."),
    "surrogate": Way("score function, as a surrogate", "cost · log p(x), the cost a constant: right, and very noisy."),
    "surrogate_loo": Way(
        "score function with leave-one-out", "Less the mean cost of the other samples: the same mean, less noise."
    ),
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
    network = Network(tf_keras.Model(x, normal, name="normal_by_hand"), {"loc": ("loc",), "scale": ("scale",)}, noise)

    def loss(rows: Rows, tape: tf.GradientTape) -> Loss:
        distribution, parameters = network(rows.x)
        if options.way == "surrogate_loo":
            return losses.score_function(distribution, options.samples, network, tf.square, parameters)
        if options.way == "tfp":
            return losses.pathwise(distribution, options.samples, network, tf.square, parameters)
        if options.way == "by_hand":
            epsilon = tf.random.stateless_normal([options.samples, 1], noise())
            value = tf.reduce_mean((parameters["loc"] + parameters["scale"] * epsilon) ** 2)
            return Loss(value, value, parameters)
        samples = tf.stop_gradient(distribution.sample(options.samples, seed=noise()))
        surrogate = tf.reduce_mean(samples**2 * distribution.log_prob(samples))
        return Loss(surrogate, tf.reduce_mean(samples**2), parameters)

    def expected(rows: Rows) -> Loss:
        _, parameters = network(rows.x)
        value = tf.reduce_sum(parameters["loc"] ** 2 + parameters["scale"] ** 2)
        return Loss(value, value, parameters)

    return Built(network, loss, lambda rows: expected(rows).value, pictures.density(network), expected)


MODEL = LayersModel(
    key="normal_by_hand",
    label="one Normal, four ways",
    story="By hand, as a surrogate loss, and TFP's own sampler: one mean gradient, and what it costs in noise.",
    data="none",
    picture="density",
    score="E[x²], exactly",
    ways=WAYS,
    build=build,
    hidden=False,
    stride=40,
    order=6,
)
