"""Compiled steps of training on windows of a series. One graph serves all runs of a signature.

A step's windows come from the stateless seed (seed, step), so that pausing, stepping and speed change nothing.
"""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import tensorflow as tf

from playground.noise import split
from playground.sequences.config import SequenceConfig
from playground.sequences.model import Model
from playground.training.compiled import Compiled
from playground.training.loop import roll
from playground.training.optimizers import OPTIMIZERS

LONGEST_CHUNK = 256
MEMORY = 0.95  # of the running estimate of the gradient's variance: some twenty steps
PATHS, HORIZON = 24, 50


@dataclass(frozen=True)
class Signature:
    """All that shapes the compiled step: see `SequenceConfig`."""

    model: Model
    wiring: str
    window: int
    warm_up: int
    batch: int
    optimizer: str

    @classmethod
    def of(cls, config: SequenceConfig) -> "Signature":
        return cls(Model.of(config), config.wiring, config.window, config.warm_up, config.batch, config.optimizer)


class State(NamedTuple):
    """Where a training stands.

    Attributes:
      step: Steps done, int32 [].
      flat: All weights, [P].
      optimizer: Its state, each [P].
      gradient: Of the step before, [P].
      spread: The running mean of ½ |g_t − g_{t−1}|² for each layer, [L].
    """

    step: tf.Tensor
    flat: tf.Tensor
    optimizer: Mapping[str, tf.Tensor]
    gradient: tf.Tensor
    spread: tf.Tensor


class Data(NamedTuple):
    """What a training reads of its series.

    Attributes:
      train: All training values in the order of time, [N].
      train_windows, train_weights, holdout_windows, holdout_weights: Two lattices, which are scored: see `Lattice`.
    """

    train: tf.Tensor
    train_windows: tf.Tensor
    train_weights: tf.Tensor
    holdout_windows: tf.Tensor
    holdout_weights: tf.Tensor


class Trainer:
    """The compiled steps of one signature. Holds no state of any run.

    A row of the history has `loss` (of the step's own windows), the gradient's `norm` and `variance` for each layer
    [L], and the mean negative log-likelihoods `train` and `holdout`, in nats a step.

    The variance is von Neumann's, from successive differences, as in `playground.fitting.steps`.
    """

    def __init__(self, signature: Signature) -> None:
        self.signature, self.model = signature, signature.model
        self._optimizer = OPTIMIZERS[signature.optimizer]
        self._members = tf.constant(self.model.members())
        self._step = tf.function(self._one_step, autograph=False)
        self.advance = Compiled(self._advance, free=(5,))
        self.paint = Compiled(self._paint, free=(1,))

    def first_state(self, seed: int) -> State:
        flat = tf.constant(self.model.first_weights(seed))
        spread = tf.zeros([len(self.model.layers)])
        return State(tf.constant(0), flat, self._optimizer.init(flat), tf.zeros_like(flat), spread)

    def loss(self, flat: tf.Tensor, seed: tf.Tensor, train: tf.Tensor) -> tf.Tensor:
        """Of the windows that the seed draws from values [N]: nats a step, or a squared error where wired so."""
        signature = self.signature
        first = tf.random.stateless_uniform([signature.batch], seed, 0, tf.shape(train)[0] - signature.window, tf.int32)
        windows = tf.gather(train, first[:, tf.newaxis] + tf.range(signature.window + 1))[..., tf.newaxis]
        weights = self.model.weights(flat)
        features, _ = self.model.front.apply(weights, windows[:, :-1], self.model.units, self.model.kernel)
        forecast = self.model.distribution(weights, features[:, signature.warm_up :])
        targets = windows[:, signature.warm_up + 1 :]
        if signature.wiring == "outside":
            return -tf.reduce_mean(forecast.log_prob(targets))
        # `TimeDistributed` around the distribution layer has left one draw a step and no distribution.
        draw = forecast.sample(seed=split(seed, 2)[1])
        return tf.reduce_mean(tf.math.squared_difference(draw, targets))

    def _one_step(
        self, state: State, seed: tf.Tensor, learning_rate: tf.Tensor, train: tf.Tensor
    ) -> tuple[State, dict[str, tf.Tensor], tuple[tf.Tensor, tf.Tensor]]:
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(state.flat)
            loss = self.loss(state.flat, tf.stack([seed, state.step]), train)
        gradient = tape.gradient(loss, state.flat)
        squares = tf.square(tf.stack([gradient, gradient - state.gradient])) @ self._members  # [2, L]
        count = tf.cast(state.step, tf.float32)
        # There is no difference at the first step; from the second on the running mean starts at 0, and is corrected.
        spread = tf.where(state.step > 0, MEMORY * state.spread + (1.0 - MEMORY) * 0.5 * squares[1], state.spread)
        norm, variance = tf.sqrt(squares[0]), spread / (1.0 - MEMORY**count)  # 0 / 0 at the first: unknown
        change, optimizer = self._optimizer.update(gradient, state.optimizer, learning_rate, state.step)
        row = {"loss": loss, "norm": norm, "variance": variance, "flat": state.flat}
        return State(state.step + 1, state.flat - change, optimizer, gradient, spread), row, (norm, variance)

    def _advance(
        self,
        state: State,
        seed: tf.Tensor,
        steps: tf.Tensor,
        stride: tf.Tensor,
        learning_rate: tf.Tensor,
        data: Data,
    ) -> tuple[State, dict[str, tf.Tensor], tuple[tf.Tensor, tf.Tensor]]:
        """`steps` ≥ 1 steps → (state, the rows of those that are multiples of `stride`, last norm and variance)."""
        state, columns, shown = roll(
            lambda state: self._step(state, seed, learning_rate, data.train),
            state,
            ("loss", "norm", "variance", "flat"),
            steps,
            stride,
        )
        train, holdout = tf.map_fn(
            lambda flat: self._scores(flat, data), columns.pop("flat"), fn_output_signature=(tf.float32, tf.float32)
        )
        return state, columns | {"train": train, "holdout": holdout}, shown

    def _scores(self, flat: tf.Tensor, data: Data) -> tuple[tf.Tensor, tf.Tensor]:
        """Mean negative log-likelihoods of both lattices."""
        count = tf.shape(data.train_windows)[0]
        windows = tf.concat([data.train_windows, data.holdout_windows], axis=0)[..., tf.newaxis]
        forecast, _ = self.model.forecast(self.model.weights(flat), windows[:, :-1])
        loss = -forecast.log_prob(windows[:, 1:])

        def mean(loss: tf.Tensor, weights: tf.Tensor) -> tf.Tensor:
            return tf.reduce_sum(tf.math.multiply_no_nan(loss, weights)) / tf.reduce_sum(weights)

        return mean(loss[:count], data.train_weights), mean(loss[count:], data.holdout_weights)

    def _paint(self, flat: tf.Tensor, data: Data, context: tf.Tensor, seed: tf.Tensor) -> dict[str, tf.Tensor]:
        """The forecasts of both lattices in the order of time, `loc` and `scale` [n], and `futures` [PATHS, HORIZON].

        Args:
          context: The last values before the futures, [T].
        """
        weights = self.model.weights(flat)
        windows = tf.concat([data.train_windows, data.holdout_windows], axis=0)[..., tf.newaxis]
        counts = tf.concat([data.train_weights, data.holdout_weights], axis=0) > 0.0
        forecast, _ = self.model.forecast(weights, windows[:, :-1])
        normal = forecast.distribution
        return {
            "loc": tf.boolean_mask(normal.loc[..., 0], counts),
            "scale": tf.boolean_mask(normal.scale[..., 0], counts),
            "futures": self._futures(weights, context, seed),
        }

    def _futures(self, weights: Mapping[str, tf.Tensor], context: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
        """Each drawn value is the next step's input. The same noise at every moment: they move and do not jump."""
        noise = tf.random.stateless_normal([HORIZON, PATHS, 1], tf.stack([seed, -1]))
        x = tf.tile(context[tf.newaxis, :, tf.newaxis], [PATHS, 1, 1])
        features, memory = self.model.front.apply(weights, x, self.model.units, self.model.kernel)
        found = tf.TensorArray(tf.float32, size=HORIZON, element_shape=[PATHS, 1])

        def body(step: tf.Tensor, features: tf.Tensor, memory: tuple, found: tf.TensorArray) -> tuple:
            normal = self.model.distribution(weights, features).distribution
            value = tf.ensure_shape(normal.loc + normal.scale * noise[step], [PATHS, 1])
            features, memory = self.model.front.step(weights, memory, value, self.model.kernel)
            return step + 1, features, memory, found.write(step, value)

        start = (tf.constant(0), features[:, -1], memory, found)
        found = tf.while_loop(lambda step, *_: step < HORIZON, body, start)[3]
        return tf.transpose(found.stack()[..., 0])


@functools.lru_cache(maxsize=64)
def trainer_of(signature: Signature) -> Trainer:
    """The shared trainer of a signature. Bounded: a visitor who tries many sizes does not fill the memory."""
    return Trainer(signature)
