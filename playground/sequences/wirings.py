"""Three ways to wire a distribution into a sequence model, as they are commonly tried and as they work.

Each is a function of a Keras (`tf.keras`, which is Keras 3, or `tf_keras`) that builds a model and calls it. They run
live: what the page shows of them is what happened in this process.
"""

import functools
import inspect
import math
import re
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras
import tensorflow as tf
import tf_keras
from tensorflow_probability import distributions as tfd
from tensorflow_probability import layers as tfpl

BATCH, STEPS, FEATURES, EVENTS = 4, 7, 3, 2
KERAS: dict[str, Any] = {"Keras 3 (tf.keras)": keras, "Keras 2 (tf_keras)": tf_keras}
START = {"kernel_initializer": "zeros"}
"""Of the wirings that work, so that each gradient is known: see `EXACT`."""
SCALE = math.log(2.0)
EXACT = math.sqrt(EVENTS * (1 + FEATURES) * (SCALE**-4 + (0.5 * (1 / SCALE - SCALE**-3)) ** 2))
"""The norm of the gradient of the mean of −log N(1; μ, softplus(ρ)²) at μ = ρ = 0, where the scale is log 2, by the
biases and the weights of a dense layer whose inputs are ones."""
PREFIX = "Exception encountered when calling"


def normal_of(parts: list[tf.Tensor]) -> tfd.Distribution:
    """A Normal over the last axis, from its mean and its scale."""
    return tfd.Independent(tfd.Normal(parts[0], parts[1]), reinterpreted_batch_ndims=1)


def two_heads(keras: Any) -> Any:
    """One dense layer for the mean, one for the scale; a Lambda makes a distribution of both, another one draws."""
    series = keras.layers.Input((STEPS, FEATURES))
    loc = keras.layers.TimeDistributed(keras.layers.Dense(EVENTS))(series)
    scale = keras.layers.TimeDistributed(keras.layers.Dense(EVENTS, activation="softplus"))(series)
    forecast = keras.layers.Lambda(normal_of)([loc, scale])
    draw = keras.layers.Lambda(lambda distribution: distribution.sample())(forecast)
    return keras.Model(series, draw)(tf.ones([BATCH, STEPS, FEATURES]))


def one_head(keras: Any) -> Any:
    """One dense layer of twice the width, cut in two; then the same Lambdas."""
    series = keras.layers.Input((STEPS, FEATURES))
    both = keras.layers.TimeDistributed(keras.layers.Dense(2 * EVENTS))(series)
    loc, raw = keras.layers.Lambda(lambda both: tf.split(both, 2, axis=-1))(both)
    scale = keras.layers.Activation("softplus")(raw)
    forecast = keras.layers.Lambda(normal_of)([loc, scale])
    draw = keras.layers.Lambda(lambda distribution: distribution.sample())(forecast)
    return keras.Model(series, draw)(tf.ones([BATCH, STEPS, FEATURES]))


def custom_layer(keras: Any) -> Any:
    """A layer of one's own that returns a distribution, inside TimeDistributed."""

    class NormalLayer(keras.layers.Layer):
        def __init__(self) -> None:
            super().__init__()
            self.loc, self.scale = keras.layers.Dense(EVENTS), keras.layers.Dense(EVENTS, activation="softplus")

        def call(self, step: tf.Tensor) -> tfd.Distribution:
            return normal_of([self.loc(step), self.scale(step)])

    series = keras.layers.Input((STEPS, FEATURES))
    forecast = keras.layers.TimeDistributed(NormalLayer())(series)
    draw = keras.layers.Lambda(lambda distribution: distribution.sample())(forecast)
    return keras.Model(series, draw)(tf.ones([BATCH, STEPS, FEATURES]))


def inside(keras: Any) -> Any:
    """TFP's own layer, inside TimeDistributed: no error with tf_keras, and no distribution either."""
    series = keras.layers.Input((STEPS, FEATURES))
    both = keras.layers.TimeDistributed(keras.layers.Dense(2 * EVENTS))(series)
    forecast = keras.layers.TimeDistributed(tfpl.IndependentNormal(EVENTS))(both)
    return keras.Model(series, forecast)(tf.ones([BATCH, STEPS, FEATURES]))


def two_heads_mended(keras: Any) -> Any:
    """Both heads side by side, and a distribution layer after them: time is a batch axis to it."""
    series = keras.layers.Input((STEPS, FEATURES))
    loc = keras.layers.TimeDistributed(keras.layers.Dense(EVENTS, **START))(series)
    scale = keras.layers.TimeDistributed(keras.layers.Dense(EVENTS, activation="softplus", **START))(series)
    both = keras.layers.Concatenate()([loc, scale])
    make = tfpl.DistributionLambda(lambda both: normal_of(tf.split(both, 2, axis=-1)))
    return keras.Model(series, make(both))(tf.ones([BATCH, STEPS, FEATURES]))


def one_head_mended(keras: Any) -> Any:
    """The cut and the softplus are what IndependentNormal does itself; it stands outside."""
    series = keras.layers.Input((STEPS, FEATURES))
    both = keras.layers.TimeDistributed(keras.layers.Dense(2 * EVENTS, **START))(series)
    return keras.Model(series, tfpl.IndependentNormal(EVENTS)(both))(tf.ones([BATCH, STEPS, FEATURES]))


def custom_layer_mended(keras: Any) -> Any:
    """The layer of one's own returns plain parameters; only they go through TimeDistributed."""

    class Parameters(keras.layers.Layer):
        def __init__(self) -> None:
            super().__init__()
            self.loc = keras.layers.Dense(EVENTS, **START)
            self.raw_scale = keras.layers.Dense(EVENTS, **START)

        def call(self, step: tf.Tensor) -> tf.Tensor:
            return tf.concat([self.loc(step), self.raw_scale(step)], axis=-1)

        def compute_output_shape(self, shape: tuple) -> tuple:
            return (*shape[:-1], 2 * EVENTS)

    series = keras.layers.Input((STEPS, FEATURES))
    both = keras.layers.TimeDistributed(Parameters())(series)
    return keras.Model(series, tfpl.IndependentNormal(EVENTS)(both))(tf.ones([BATCH, STEPS, FEATURES]))


def keras_3_mended(keras: Any) -> Any:
    """With Keras 3 no layer can return a distribution: the model ends at the parameters, and it is made after it."""
    series = keras.layers.Input((STEPS, FEATURES))
    both = keras.layers.TimeDistributed(keras.layers.Dense(2 * EVENTS, **START))(series)
    return tfpl.IndependentNormal.new(keras.Model(series, both)(tf.ones([BATCH, STEPS, FEATURES])), EVENTS)


@dataclass(frozen=True)
class Wiring:
    """One wiring.

    Attributes:
      key, title, why: Its stable name, its name on screen, and what is wrong with it.
      wired, mended: As it is commonly tried, and as it works with `tf_keras`.
    """

    key: str
    title: str
    why: str
    wired: Callable[[Any], Any]
    mended: Callable[[Any], Any]


WIRINGS = (
    Wiring(
        "two-heads",
        "Two heads and a Lambda",
        "A Lambda layer hands on tensors. A distribution is none: tf_keras asks it for a shape it does not have, Keras "
        "3 cannot tell what shape will come out. The line that draws is never reached.",
        two_heads,
        two_heads_mended,
    ),
    Wiring(
        "one-head",
        "One head, cut in two",
        "Where the two halves come from makes no difference: the Lambda that returns a distribution fails as before.",
        one_head,
        one_head_mended,
    ),
    Wiring(
        "custom-layer",
        "A layer that returns a distribution",
        "TimeDistributed puts the steps of all windows into one batch, calls the layer, and reshapes what it gets: a "
        "distribution cannot be reshaped, and it has no shape.",
        custom_layer,
        custom_layer_mended,
    ),
    Wiring(
        "inside",
        "IndependentNormal inside TimeDistributed",
        "TFP's layer lets itself be turned into a tensor, so that reshaping works: by drawing one sample. What comes "
        "out has no log_prob, and nothing says so.",
        inside,
        one_head_mended,
    ),
)


@dataclass(frozen=True)
class Outcome:
    """What came of a wiring.

    Attributes:
      error, message: Type and first line of what was raised; None where it ran.
      line: The line of `source` that raised it, counted from 0; None where it ran.
      kind: The type of what the model returned, "" where it raised.
      shape: Its shape, in words: batch and event shape for a distribution.
      gradient: The norm of the gradient of the mean negative log-likelihood by all weights; None where there is none.
    """

    error: str | None
    message: str | None
    line: int | None
    kind: str
    shape: str
    gradient: float | None


def source(function: Callable[[Any], Any]) -> str:
    """A wiring's code as it stands here."""
    return inspect.getsource(function)


@functools.lru_cache(maxsize=32)
def outcome(function: Callable[[Any], Any], keras: str) -> Outcome:
    """Runs a wiring under one of `KERAS`, once a process."""
    try:
        with tf.GradientTape() as tape:
            result = function(KERAS[keras])
            distribution = isinstance(result, tfd.Distribution)
            # A tensor has no density; the mean negative log-likelihood of ones stands for that of any data.
            loss = -tf.reduce_mean(result.log_prob(tf.ones([BATCH, STEPS, EVENTS]))) if distribution else None
    except Exception as error:  # whatever it is, it is what a learner would see
        frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename == function.__code__.co_filename]
        own = [f.lineno for f in frames if f.name == function.__name__ and f.lineno is not None]
        line = own[-1] - function.__code__.co_firstlineno if own else None
        return Outcome(type(error).__name__, first_line(error), line, "", "", None)
    if loss is None:
        return Outcome(None, None, None, type(result).__name__, str(tuple(result.shape)), None)
    gradients = [g for g in tape.gradient(loss, tape.watched_variables()) if g is not None]
    shape = f"batch {tuple(result.batch_shape)}, event {tuple(result.event_shape)}"
    norm = float(tf.linalg.global_norm(gradients)) if gradients else None
    return Outcome(None, None, None, type(result).__name__.strip("_"), shape, norm)


def first_line(error: Exception) -> str:
    """The first line of a message that says something, without colours and addresses in memory."""
    lines = [re.sub(r"\x1b\[\d+m| at 0x\w+", "", line).strip() for line in str(error).splitlines()]
    return next((line for line in lines if line and not line.startswith(PREFIX)), type(error).__name__)
