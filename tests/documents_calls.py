"""The calls that the five documents' programs make, in code of our own: what fails there has to fail here."""

from collections.abc import Callable

import keras
import numpy as np
import tensorflow as tf
import tensorflow_probability as tfp

tfb, tfd = tfp.bijectors, tfp.distributions
EVENT, COMPONENTS = 4, 3


def in_a_layer(make: Callable[[tf.Tensor], object]) -> None:
    """A Keras 3 layer that looks for DistributionLambda among the distributions, as 000's programs do."""

    class Head(keras.layers.Layer):
        def call(self, inputs: tf.Tensor) -> object:
            made = make(inputs)
            return tfd.DistributionLambda(lambda shape: made.sample(shape))  # type: ignore[attr-defined]

    Head()(tf.ones([1, 6]))


def mixture(raw: tf.Tensor) -> object:
    return tfd.MixtureSameFamily(
        tfd.Categorical(logits=raw[..., 4:]), tfd.Normal(raw[..., :2], tf.nn.softplus(raw[..., 2:4]))
    )


def stretched(raw: tf.Tensor) -> object:
    return tfd.TransformedDistribution(tfd.Beta(raw[..., 0], raw[..., 1]), tfb.Scale(raw[..., 2]))


def ends_in_a_sample(make: Callable[[tf.Tensor], object], width: int, loss: str, labels: tf.Tensor) -> None:
    """A Keras 3 net with a layer that draws at its end, compiled and fitted, as 001's first two do."""

    class Draw(keras.layers.Layer):
        def __init__(self) -> None:
            super().__init__()
            self.dense = keras.layers.Dense(width)

        def call(self, inputs: tf.Tensor) -> tf.Tensor:
            return make(self.dense(inputs)).sample()  # type: ignore[attr-defined]

    model = keras.Sequential([keras.layers.Dense(3, activation="relu"), Draw()])
    model.compile(optimizer="adam", loss=loss)
    history = model.fit(tf.ones([8, 2]), labels, epochs=2, verbose=0).history["loss"]
    assert np.all(np.isfinite(history))


def one_dense_for_both(raw: tf.Tensor) -> object:
    return tfd.Normal(raw, tf.nn.softplus(raw))


def variables_in_attributes() -> None:
    class Draw(keras.layers.Layer):
        def __init__(self) -> None:
            super().__init__()
            self.middle = tf.Variable(3.0)

        def call(self, inputs: tf.Tensor) -> tf.Tensor:
            return tfd.Normal(self.middle, 1.0).sample()

    model = keras.Sequential([Draw()])
    with tf.GradientTape() as tape:
        cost = model(tf.ones([])) ** 2
    gradients = tape.gradient(cost, model.trainable_variables)
    keras.optimizers.Adam().apply_gradients(zip(gradients, model.trainable_variables, strict=True))


def gone_from_tensorflow() -> None:
    tf.distributions.Normal(loc=0.0, scale=1.0).sample()


def two_heads_to_a_lambda(split: bool) -> None:
    series = keras.Input([10, 5])
    if split:
        head = keras.layers.TimeDistributed(keras.layers.Dense(6))(series)
        parts = keras.layers.Lambda(lambda both: tf.split(both, 2, axis=-1))(head)
    else:
        parts = [keras.layers.TimeDistributed(keras.layers.Dense(3))(series) for _ in range(2)]
    keras.layers.Lambda(lambda t: tfd.Independent(tfd.Normal(t[0], tf.nn.softplus(t[1])), 1))(parts)


def own_layer_in_time_distributed() -> None:
    class Head(keras.layers.Layer):
        def __init__(self) -> None:
            super().__init__()
            self.dense = keras.layers.Dense(3)

        def call(self, inputs: tf.Tensor) -> object:
            return tfd.Independent(tfd.Normal(self.dense(inputs), 1.0), 1)

    keras.layers.TimeDistributed(Head())(keras.Input([10, 5]))


# What raises, or runs to its end.
CALLS: dict[str, Callable[[], None]] = {
    "000.1": lambda: in_a_layer(mixture),
    "000.2": lambda: in_a_layer(mixture),
    "000.3": lambda: in_a_layer(stretched),
    "001.1": lambda: ends_in_a_sample(one_dense_for_both, 1, "mse", tf.zeros([8, 1])),
    "001.2": lambda: ends_in_a_sample(
        lambda raw: tfd.Categorical(logits=raw), 5, "sparse_categorical_crossentropy", tf.zeros([8], tf.int32)
    ),
    "001.3": variables_in_attributes,
    "003.3": gone_from_tensorflow,
    "004.1": lambda: two_heads_to_a_lambda(split=False),
    "004.2": lambda: two_heads_to_a_lambda(split=True),
    "004.3": own_layer_in_time_distributed,
}


def positive(value: tf.Tensor) -> object:
    return tfp.util.TransformedVariable(value, tfb.Softplus())


def triangles(count: int) -> tf.Tensor:
    return 10.0 * tf.eye(EVENT, batch_shape=[count])


def constructions() -> dict[str, tuple[Callable[[], object], int]]:
    """002's constructions by their parts, and how many numbers of each are learnt."""
    locs, weights = tf.Variable(tf.zeros([COMPONENTS, EVENT])), tf.Variable(tf.zeros([COMPONENTS]))

    def fixed(bijector: object) -> object:
        return tfp.util.TransformedVariable(tf.zeros([COMPONENTS]), bijector)

    def round_normals() -> object:
        return tfd.Independent(tfd.Normal(locs, positive(10.0 * tf.ones([COMPONENTS, 1]))), 1)

    def full_normals() -> object:
        return tfd.MultivariateNormalTriL(
            locs, tfp.util.TransformedVariable(triangles(COMPONENTS), tfb.FillScaleTriL())
        )

    def with_fixed_first() -> object:
        loc = tfp.util.TransformedVariable(tf.zeros([COMPONENTS, EVENT]), tfb.Pad(axis=-2, paddings=[[1, 0]]))
        return tfd.MultivariateNormalTriL(loc, triangles(COMPONENTS))

    def mixed(logits: object, components: object) -> object:
        return tfd.MixtureSameFamily(tfd.Categorical(logits=logits), components)

    def single(scale: object) -> object:
        return tfd.Independent(tfd.Normal(tf.Variable(tf.zeros(EVENT)), scale), 1)

    pad = tfb.Pad([[1, 0]])
    return {
        "002.1": (lambda: single(tfp.util.TransformedVariable(tf.ones([1]), tfb.Exp())), 5),
        "002.2": (lambda: single(positive(tf.ones(EVENT))), 8),
        "002.3": (lambda: mixed(weights, round_normals()), 18),
        "002.4": (lambda: mixed(fixed(pad), round_normals()), 17),
        "002.5": (lambda: mixed(weights, full_normals()), 45),
        "002.6": (lambda: mixed(fixed(pad), with_fixed_first()), 10),
    }


def outside(draw: Callable[[], tf.Tensor], parameters: list[tf.Variable]) -> list[object]:
    sample = draw()
    with tf.GradientTape() as tape:
        cost = tf.reduce_mean(sample**2)
    return tape.gradient(cost, parameters)
