"""Training on a series against the same model and step in one bare `tf.function` loop, nothing recorded."""

import functools
from collections.abc import Callable
from typing import Any

import tensorflow as tf
import tf_keras
from tensorflow_probability import layers as tfpl

from benchmarks.comparison import Benchmark, Row, rates, row
from playground.sequences.config import SequenceConfig
from playground.sequences.networks import NETWORKS
from playground.sequences.training import SequenceTraining

STEPS, STRIDE = 200, 10
RATE = 0.01
LAYERS = {
    "gru": lambda config: [tf_keras.layers.GRU(config.units, return_sequences=True, unroll=True)],
    "lstm": lambda config: [tf_keras.layers.LSTM(config.units, return_sequences=True, unroll=True)],
    "convolution": lambda config: [
        tf_keras.layers.Conv1D(config.units, config.kernel, padding="causal", dilation_rate=gap, activation="tanh")
        for gap in (1, config.kernel)
    ],
}


@functools.cache
def _begun(network: str) -> SequenceTraining:
    training = SequenceTraining()
    training.begin(SequenceConfig.create(network=network))
    return training


def page(network: str) -> int:
    """Steps as the page makes them: gradient statistics each, both likelihoods at every tenth."""
    training = _begun(network)
    training.stand_at(training.trainer.first_state(0))
    training.advance(STEPS, STRIDE)
    return STEPS


@functools.cache
def _bare(network: str) -> Callable[[], Any]:
    """The same windows, layers of Keras, Adam by hand: all steps in one graph."""
    training = _begun(network)
    config, train = training.config, tf.constant(training.series.values[: training.series.split])
    front = LAYERS[network](config)
    dense = tf_keras.layers.TimeDistributed(tf_keras.layers.Dense(2))
    model = tf_keras.Sequential([tf_keras.Input((config.window, 1)), *front, dense])
    variables = model.trainable_variables
    means = [tf.Variable(tf.zeros_like(v), trainable=False) for v in variables]
    squares = [tf.Variable(tf.zeros_like(v), trainable=False) for v in variables]

    def one(step: tf.Tensor) -> tuple[tf.Tensor]:
        seed = tf.stack([0, step])
        first = tf.random.stateless_uniform([config.batch], seed, 0, len(train) - config.window, tf.int32)
        windows = tf.gather(train, first[:, tf.newaxis] + tf.range(config.window + 1))[..., tf.newaxis]
        with tf.GradientTape() as tape:
            forecast = tfpl.IndependentNormal.new(model(windows[:, :-1])[:, config.warm_up :], 1)
            loss = -tf.reduce_mean(forecast.log_prob(windows[:, config.warm_up + 1 :]))
        count = tf.cast(step + 1, tf.float32)
        rate, second = RATE / (1.0 - 0.9**count), 1.0 - 0.999**count
        for v, m, s, g in zip(variables, means, squares, tape.gradient(loss, variables), strict=True):
            m.assign(0.9 * m + 0.1 * g)
            s.assign(0.999 * s + 0.001 * g**2)
            v.assign_sub(rate * m / (tf.sqrt(s / second) + 1e-7))
        return (step + 1,)

    @tf.function(autograph=False)
    def loop() -> tuple[tf.Tensor]:
        return tf.while_loop(lambda step: step < STEPS, one, (tf.constant(0),))

    return loop


def bare(network: str) -> int:
    _bare(network)()
    return STEPS


def run() -> list[Row]:
    rows = []
    for network in LAYERS:
        speed = rates({"page": functools.partial(page, network), "bare": functools.partial(bare, network)})
        config = SequenceConfig.create(network=network)
        what = f"{NETWORKS[network].label}, {config.batch} windows of {config.window} steps"
        ratio = speed["page"] / speed["bare"]
        rows.append(row(what, speed["page"], "steps/s", "Keras layers in one bare tf.function loop", ratio, "≥ 0.9"))
    return rows


BENCHMARK = Benchmark("sequences", "Sequences: steps of training on a series", run)
