"""Each model's step on the Layers page against the same model in a bare `tf.function` loop with Keras's own Adam."""

from collections.abc import Callable

import tensorflow as tf
import tf_keras

from benchmarks.comparison import Benchmark, Row, rates, row
from playground.layers.config import LayersConfig
from playground.layers.data import Rows
from playground.layers.model import Options
from playground.layers.state import Signature
from playground.layers.steps import engine_of
from playground.models import MODELS

STEPS, SEED, LATER = 1280, 0, 1280


def page(config: LayersConfig) -> Callable[[], int]:
    """Steps as the page makes them: with gradients probed, scores taken and rows kept."""
    engine = engine_of(Signature.of(config))
    state = engine.first_state(engine.layout.first_weights(config.seed))
    state = state._replace(step=tf.constant(LATER))  # beyond the closely spaced first probes

    def steps() -> int:
        engine.advance(state, SEED, STEPS, engine.plugin.stride, config.learning_rate)
        return STEPS

    return steps


def bare(config: LayersConfig) -> Callable[[], int]:
    """The same layers, loss, rows and draws in a loop that one writes by hand, with nothing recorded."""
    engine = engine_of(Signature.of(config))
    options = Options(config.way, config.units, config.samples, len(engine.train.x))
    built = engine.plugin.build(options, engine.noise)
    variables = built.network.model.trainable_variables
    optimizer = tf_keras.optimizers.Adam(config.learning_rate)
    optimizer.build(variables)

    @tf.function
    def loop(count: tf.Tensor) -> tf.Tensor:
        value = tf.constant(0.0)
        for step in tf.range(count):
            with engine.noise.starting_at(tf.stack([SEED, step])), tf.GradientTape() as tape:
                rows = engine.train
                if config.batch:
                    index = tf.random.stateless_uniform([config.batch], engine.noise(), 0, len(rows.x), tf.int32)
                    rows = Rows(*(tf.gather(part, index) for part in rows))
                loss = built.loss(rows, tape)
            gradients = tape.gradient(loss.surrogate, variables)
            optimizer.apply_gradients((g, v) for g, v in zip(gradients, variables, strict=True) if g is not None)
            value = loss.value
        return value

    def steps() -> int:
        loop(tf.constant(STEPS)).numpy()
        return STEPS

    return steps


def run() -> list[Row]:
    rows = []
    for model in MODELS.values():
        config = LayersConfig.create(model.key)
        speed = rates({"page": page(config), "bare": bare(config)}, rounds=3)
        against = "the same layers in a tf.function loop with Keras's Adam, nothing recorded"
        rows.append(row(f"{model.label}", speed["page"], "steps/s", against, speed["page"] / speed["bare"], "≥ 0.9"))
    return rows


BENCHMARK = Benchmark("layers", "Layers: steps of each model", run)
