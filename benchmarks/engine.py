"""The engine against its limit, against NumPy written by hand, and against the eager way to measure a variance."""

import functools
from typing import Any

import numpy as np
import tensorflow as tf
from tensorflow_probability import distributions as tfd

from benchmarks.comparison import Benchmark, Row, rates, row
from playground.config import Config
from playground.training.chunk import Signature, hot_of, trainer_of

SAMPLES, REPLICATES, STEPS = 32, 256, 500
RATE, TARGET = 0.001, 0.0


@functools.cache
def _prepared() -> tuple[Any, ...]:
    config = Config.create(
        estimators=("pathwise",), samples=SAMPLES, replicates=REPLICATES, learning_rate=RATE, cost_params={"target": 0}
    )
    trainer = trainer_of(Signature.of(config))
    return trainer, trainer.first_state(config), tf.constant(config.seed), tf.constant(1), hot_of(config)


def engine() -> int:
    """Training steps with the mean and the variance of the gradient over all replicates, as a run makes them."""
    trainer, state, seed, stride, hot = _prepared()
    trainer.advance(state, seed, tf.constant(STEPS), stride, hot).records.variance.numpy()
    return STEPS


@tf.function(autograph=False)
def _numbers_alone(steps: tf.Tensor) -> tf.Tensor:
    """The same loop and the same stateless numbers, used for nothing but a sum that keeps them from being left out."""

    def body(step: tf.Tensor, kept: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        noise = tf.random.stateless_normal([REPLICATES, SAMPLES], tf.stack([0, step]))
        return step + 1, kept + noise[0, 0]

    return tf.while_loop(lambda step, kept: step < steps, body, (tf.constant(0), tf.constant(0.0)))[1]


def numbers_alone() -> int:
    _numbers_alone(tf.constant(STEPS)).numpy()
    return STEPS


def numpy_by_hand() -> int:
    """Closed-form gradients of (x − t)² for x = loc + scale ε, the same statistics, the same kind of update."""
    generator = np.random.default_rng(0)
    phi = np.array([1.0, np.log(np.expm1(1.0))], np.float32)
    rows = np.empty((STEPS, 3, 2), np.float32)
    for step in range(STEPS):
        scale = np.log1p(np.exp(phi[1]))
        noise = generator.standard_normal((REPLICATES, SAMPLES), np.float32)
        slope = 2.0 * (phi[0] + scale * noise - TARGET)
        gradients = np.stack([slope.mean(axis=1), (slope * noise).mean(axis=1)], axis=1)
        rows[step] = (phi[0], scale), gradients.mean(axis=0), gradients.var(axis=0, ddof=1)
        chain = np.array([1.0, 1.0 / (1.0 + np.exp(-phi[1]))], np.float32)
        phi = phi - np.float32(RATE) * gradients[0] * chain
    return STEPS


def eager_tape() -> int:
    """One step the way it is first written: R estimates, each under a tape of its own, for one variance."""
    parameters = [tf.Variable(1.0), tf.Variable(1.0)]
    gradients = []
    for _ in range(REPLICATES):
        with tf.GradientTape() as tape:
            x = tfd.Normal(*parameters).sample(SAMPLES)
            cost = tf.reduce_mean(tf.square(x - TARGET))
        gradients.append(tf.stack(tape.gradient(cost, parameters)))
    tf.math.reduce_variance(tf.stack(gradients), axis=0).numpy()
    return 1


def run() -> list[Row]:
    speed = rates({"engine": engine, "numbers": numbers_alone, "numpy": numpy_by_hand})
    slow = rates({"engine": engine, "eager": eager_tape}, rounds=3, seconds=0.3)
    what = f"Normal, pathwise, quadratic, K = {SAMPLES}, R = {REPLICATES}"
    return [
        row(what, speed["engine"], "steps/s", "the random numbers alone", speed["engine"] / speed["numbers"], "≥ 0.8"),
        row(what, speed["engine"], "steps/s", "NumPy by hand", speed["engine"] / speed["numpy"], "≥ 1.2"),
        row(what, slow["engine"], "steps/s", "eager GradientTape", slow["engine"] / slow["eager"], "≥ 1000"),
    ]


BENCHMARK = Benchmark("engine", "Engine: training steps with their gradient variance", run)
