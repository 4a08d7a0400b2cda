"""The fit of a mixture against the same step written by hand as one `tf.function`."""

import functools
from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf
from tensorflow_probability import bijectors as tfb
from tensorflow_probability import distributions as tfd

from benchmarks.comparison import Benchmark, Row, rates, row
from playground.fitting.learnable import Sizes, Start
from playground.fitting.steps import Rows, Signature, State, fitter_of
from playground.zoo import ZOO

COUNT, BATCH, COMPONENTS, STEPS, STRIDE = 10_000, 256, 3, 500, 5
RATE = 0.01
CENTRES = np.array([[-4.0, 0.0], [4.0, 0.0], [0.0, 5.0]])

Raw = tuple[tf.Tensor, ...]


@functools.cache
def _start() -> tuple[Any, State, Rows]:
    """The fitter, its first state, and 10 000 rows of three blobs, of which 1000 + 1000 are looked at."""
    rng = np.random.default_rng(0)
    labels = rng.integers(COMPONENTS, size=COUNT)
    rows = CENTRES[labels] + rng.normal(size=(COUNT, 2)) @ np.array([[1.0, 0.0], [0.6, 0.8]])
    learnable, sizes = ZOO["mixture_mvn_tril"], Sizes(components=COMPONENTS)
    fitter = fitter_of(Signature(learnable, sizes, batch=BATCH))
    state = fitter.first_state(learnable.start(sizes, Start(rows, CENTRES + 0.5, labels, rng)))
    data = tf.constant(rows, tf.float32)
    return fitter, state, Rows(data, data[:1000], data[1000:2000])


def fit() -> int:
    """Steps as a page's fit makes them: with gradient statistics each, and both likelihoods at every fifth."""
    fitter, state, rows = _start()
    state, columns, _ = fitter.advance(
        state, tf.constant(0), tf.constant(STEPS), tf.constant(STRIDE), tf.constant(RATE), rows
    )
    columns["train"].numpy(), state.raw.numpy()
    return STEPS


def _step(step: tf.Tensor, raw: Raw, mean: Raw, square: Raw, data: tf.Tensor) -> tuple[Raw, Raw, Raw]:
    """A step with the distributions and the bijector of TFP, and Adam, as one writes it for these three variables."""
    index = tf.random.stateless_uniform([BATCH], tf.stack([0, step]), 0, COUNT, tf.int32)
    with tf.GradientTape() as tape:
        tape.watch(raw)
        logits, loc, scale = raw
        mixture = tfd.MixtureSameFamily(
            tfd.Categorical(logits=logits),
            tfd.MultivariateNormalTriL(loc, tfb.FillScaleTriL(diag_bijector=tfb.Softplus()).forward(scale)),
        )
        loss = -tf.reduce_mean(mixture.log_prob(tf.gather(data, index)))
    gradients = tape.gradient(loss, raw)
    count = tf.cast(step + 1, tf.float32)
    mean = tuple(0.9 * m + 0.1 * g for m, g in zip(mean, gradients, strict=True))
    square = tuple(0.999 * s + 0.001 * g**2 for s, g in zip(square, gradients, strict=True))
    rate, second = RATE / (1.0 - 0.9**count), 1.0 - 0.999**count
    moved = zip(raw, mean, square, strict=True)
    return tuple(r - rate * m / (tf.sqrt(s / second) + 1e-7) for r, m, s in moved), mean, square


_one = tf.function(_step, autograph=False)


@tf.function(autograph=False)
def _loop(steps: tf.Tensor, raw: Raw, mean: Raw, square: Raw, data: tf.Tensor) -> tuple[Raw, Raw, Raw]:
    def body(step: tf.Tensor, raw: Raw, mean: Raw, square: Raw) -> tuple[tf.Tensor, Raw, Raw, Raw]:
        return step + 1, *_step(step, raw, mean, square, data)

    return tf.while_loop(lambda step, *_: step < steps, body, (tf.constant(0), raw, mean, square))[1:]


def _by_hand() -> tuple[Raw, Raw, Raw, tf.Tensor]:
    fitter, state, rows = _start()
    raw = tuple(fitter.layout.raw(state.raw).values())
    zeros = tuple(map(tf.zeros_like, raw))
    return raw, zeros, zeros, rows.train


def one_call_a_step() -> int:
    raw, mean, square, data = _by_hand()
    for step in range(STEPS):
        raw, mean, square = _one(tf.constant(step), raw, mean, square, data)
    raw[0].numpy()
    return STEPS


def loop_inside() -> int:
    raw, _, _ = _loop(tf.constant(STEPS), *_by_hand())
    raw[0].numpy()
    return STEPS


def run() -> list[Row]:
    programs: dict[str, Callable[[], int]] = {"fit": fit, "calls": one_call_a_step, "loop": loop_inside}
    speed = rates(programs)
    what = f"Mixture of {COMPONENTS} full-covariance Normals, {COUNT:,} rows, batch {BATCH}"
    return [
        row(what, speed["fit"], "steps/s", f"by hand, {text}", speed["fit"] / speed[key], target)
        for key, text, target in (
            ("calls", "one call of a tf.function a step", "≥ 0.8"),
            ("loop", "all steps in one tf.function, nothing recorded", "≥ 0.8"),
        )
    ]


BENCHMARK = Benchmark("zoo", "Zoo: steps of a fit by maximum likelihood", run)
