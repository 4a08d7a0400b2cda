"""A dense net that ends in a Categorical layer, and draws a class: trained by the cost of the class that it drew.

The cost of a class z as one-hot is f(z) = ½ |z − onehot(y)|²: 0 if right, 1 if wrong, and smooth between, which the
relaxed ways need. A drawn class is an integer; TensorFlow answers None for it and does not fall back on anything.
E f = 1 − p(y | x), whose gradient is exact.
"""

import tensorflow as tf
import tensorflow_probability as tfp
import tf_keras
from tensorflow_probability import distributions as tfd

from playground.layers import classes
from playground.layers.data import CLASSES, Rows
from playground.layers.model import Built, LayersModel, Loss, Network, Noise, Options, Way

WAYS = {
    "score_function_loo": Way(
        "score function, leave-one-out", "Costs, less those of the other draws, weigh the scores: the right mean."
    ),
    "gumbel_softmax": Way("Gumbel-softmax", "A soft draw at temperature ½: smooth, and the mean of another problem."),
    "straight_through": Way("straight-through", "A hard draw forward, its probability backward: cheap and biased."),
    "reinmax": Way("ReinMax", "Straight-through to second order: for this quadratic cost its mean is right."),
    "sample": Way("the drawn class as it is", "An integer has no path: every gradient is None, nothing learns."),
}


def build(options: Options, noise: Noise) -> Built:
    """x → Dense(tanh) → Dense(4) → DistributionLambda(OneHotCategorical)."""
    x = tf_keras.Input((1,), name="x")
    hidden = tf_keras.layers.Dense(options.units, activation="tanh", name="hidden")(x)
    logits = tf_keras.layers.Dense(CLASSES, name="logits")(hidden)
    categorical = tfp.layers.DistributionLambda(
        lambda logits: tfd.OneHotCategorical(logits=logits, dtype=tf.float32),
        convert_to_tensor_fn=lambda distribution: distribution.sample(seed=noise()),
        name="categorical",
    )(logits)
    names = {"logits": tuple(f"logits[{i}]" for i in range(CLASSES))}
    network = Network(tf_keras.Model(x, categorical, name="categorical_layer"), names, noise)

    def loss(rows: Rows, tape: tf.GradientTape) -> Loss:
        distribution, parameters = network(rows.x)
        right = tf.one_hot(tf.cast(rows.y[:, 0], tf.int32), CLASSES)
        estimate = classes.ESTIMATES[options.way]
        surrogate, value = estimate(distribution, parameters["logits"], right, options.samples, noise())
        return Loss(surrogate, value, parameters)

    def expected(rows: Rows) -> Loss:
        _, parameters = network(rows.x)
        chance = tf.gather(tf.nn.softmax(parameters["logits"]), tf.cast(rows.y[:, 0], tf.int32), batch_dims=1)
        value = tf.reduce_mean(1.0 - chance)
        return Loss(value, value, parameters)

    return Built(network, loss, lambda rows: expected(rows).value, classes.picture(network), expected)


MODEL = LayersModel(
    key="categorical_layer",
    label="dense net with a Categorical layer",
    story="It draws a class and pays for a wrong one. A drawn class has no slope: four ways around, and none at all.",
    data="classes",
    picture="classes",
    score="how often a drawn class is wrong, exactly",
    ways=WAYS,
    build=build,
    learning_rate=0.02,
    order=4,
)
