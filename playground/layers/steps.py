"""Compiled steps of a model of layers: n steps inside one graph, the weights an explicit flat vector.

A Keras model owns its variables. Here they are scratch: each step assigns the weights of the run to them, inside the
graph, so that all runs of a signature share one model and one graph, and none sees another's weights. Row and draw
come from the stateless seed (seed, step), so that pausing, stepping and speed never change a trajectory.
"""

import functools
import threading
from collections.abc import Mapping

import numpy as np
import tensorflow as tf

from playground.layers.data import Rows, rows_of
from playground.layers.layout import Layout
from playground.layers.model import Noise, Options
from playground.layers.state import Probe, Signature, State
from playground.models import MODELS
from playground.training.compiled import Compiled
from playground.training.optimizers import OPTIMIZERS

LONGEST_CHUNK = 512
DRAWS = 16
"""R, gradients whose mean and variance are measured."""
FIRST_PROBES, PROBES = (1, 2, 4, 8), 16
"""In units of the model's stride, when a gradient is measured: at these steps, then at all multiples. R gradients cost
as much as R steps; so spaced they take a twentieth of the time, and something is seen in the first second."""
MEASURED = 128
"""The most rows that a score is taken over."""
PICTURE_SEED, SCORE_SEED = (7, 7), (11, 11)
"""Pictures and scores draw the same noise each time: they move with the weights alone."""
COLUMNS = ("loss", "train", "holdout")


class Engine:
    """The model and the compiled steps of one signature. Holds no state of any run.

    Attributes:
      connected: For each group of `layout`, whether any path leads to it from the loss: the tape answers None if not.
    """

    connected: tuple[bool, ...]

    def __init__(self, signature: Signature) -> None:
        self.signature = signature
        self.plugin = MODELS[signature.model]
        self.train, self.holdout = rows_of(self.plugin.data)
        options = Options(signature.way, signature.units, signature.samples, len(self.train.x))
        self.noise = Noise()
        self.built = self.plugin.build(options, self.noise)
        self.layout = Layout(self.built.network)
        self._optimizer = OPTIMIZERS[signature.optimizer]
        # Two workers may serve runs of one signature; the variables are for one at a time.
        self._lock = threading.Lock()
        self._rolled = Compiled(self._roll)
        self._painted = Compiled(self._paint)
        # Traced once, for the steps, the probes and the records alike.
        self._gradients = tf.function(self._taped, [tf.TensorSpec([2], tf.int32)], autograph=False)
        columns = [tf.TensorSpec([None, part.shape[1]], tf.float32) for part in self.train]
        self._score = tf.function(lambda *rows: self._scored(Rows(*rows)), columns, autograph=False)
        self._gradients.get_concrete_function()

    @property
    def cold(self) -> bool:
        """Whether the steps have yet to be compiled."""
        return not self._rolled.traces()

    def first_state(self, weights: np.ndarray) -> State:
        """At weights [P]."""
        start = tf.constant(weights, tf.float32)
        unknown = tf.fill([4, len(self.layout.groups)], np.float32(np.nan))
        return State(tf.constant(0), start, self._optimizer.init(start), unknown, tf.constant(-1))

    def advance(
        self, state: State, seed: int, steps: int, stride: int, learning_rate: float
    ) -> tuple[State, dict[str, np.ndarray]]:
        """`steps` ≥ 1 steps: the state after them, and the rows of those that are multiples of `stride`.

        A row has `COLUMNS` (the loss of the step's own rows and draws, the score on training and held-out rows), and
        of the newest probe "mean", "variance" and "exact", [G] each.
        """
        with self._lock:
            after, rows = self._rolled(
                state,
                tf.constant(seed),
                tf.constant(steps),
                tf.constant(stride),
                tf.constant(learning_rate, tf.float32),
            )
        values, groups = rows.numpy(), len(self.layout.groups)
        columns = {name: values[:, index] for index, name in enumerate(COLUMNS)}
        probe = values[:, len(COLUMNS) :].reshape(-1, 4, groups)
        named = zip(("mean", "variance", "exact"), range(3), strict=True)
        return after, columns | {name: probe[:, index] for name, index in named}

    def picture(self, weights: tf.Tensor) -> dict[str, np.ndarray]:
        """What the dominant chart shows at weights [P]: from the same noise each time, so that it moves and does not
        jump."""
        with self._lock:
            return {name: np.asarray(value) for name, value in self._painted(weights).items()}

    def not_finite(self, state: State, seed: int) -> list[str]:
        """The groups whose gradient of the next step is not finite."""
        with self._lock:
            self.layout.assign(state.weights)
            parts = self._gradients(tf.stack([seed, state.step]))[1:]
        largest = self.layout.maxima(tf.cast(~tf.math.is_finite(tf.concat(parts, axis=0)), tf.float32)).numpy()
        return [name for name, wild in zip(self.layout.groups, largest, strict=True) if wild > 0.0]

    # What follows is traced, all under the lock.

    def _paint(self, weights: tf.Tensor) -> Mapping[str, tf.Tensor]:
        self.layout.assign(weights)
        with self.noise.starting_at(tf.constant(PICTURE_SEED)):
            return self.built.picture()

    def _taped(self, seed: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        """Of some training rows, at the weights that the variables hold: the loss [], its gradient in the elements of
        the parameters [H], and in the weights [P]. What a caller does not use is not computed."""
        with self.noise.starting_at(seed), tf.GradientTape() as tape:
            rows, count = self.train, self.signature.batch
            if count:
                index = tf.random.stateless_uniform([count], self.noise(), 0, len(rows.x), tf.int32)
                rows = Rows(*(tf.gather(part, index) for part in rows))
            loss = self.built.loss(rows, tape)
        found = self.layout.gradients(tape, loss)
        self.connected = found.connected
        return tf.cast(loss.value, tf.float32), found.parameters, found.weights

    def _scored(self, rows: Rows) -> tf.Tensor:
        with self.noise.starting_at(tf.constant(SCORE_SEED)):
            return self.built.score(rows)

    def _one_step(self, state: State, seed: tf.Tensor, learning_rate: tf.Tensor) -> tuple[State, tf.Tensor]:
        """The state after a step from the weights that the variables hold, and the loss that the step saw."""
        value, _, gradient = self._gradients(tf.stack([seed, state.step]))
        change, optimizer = self._optimizer.update(gradient, state.optimizer, learning_rate, state.step)
        return State(state.step + 1, state.weights - change, optimizer, state.probe, state.probed), value

    def _all_gradients(self, seed: tf.Tensor) -> tf.Tensor:
        """Of the parameters, then of all weights, side by side, [H + P]."""
        return tf.concat(self._gradients(seed)[1:], axis=0)

    def _exact(self) -> tf.Tensor:
        if self.built.expected is None:
            return tf.fill([self.layout.width], np.float32(np.nan))
        with tf.GradientTape() as tape:
            loss = self.built.expected(self.train)
        found = self.layout.gradients(tape, loss)
        return tf.concat([found.parameters, found.weights], axis=0)

    def _probe(self, step: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
        seeds = tf.random.stateless_uniform([DRAWS, 2], tf.stack([seed, -2 - step]), None, None, tf.int32)
        draws = tf.map_fn(self._all_gradients, seeds, fn_output_signature=tf.float32, parallel_iterations=1)
        relative = draws - draws[:1]  # a variance of nothing is exactly 0 then
        shift = tf.reduce_mean(relative, axis=0)
        variance = tf.reduce_sum((relative - shift) ** 2, axis=0) / (DRAWS - 1)
        layout = self.layout
        return tf.stack(
            Probe(
                mean=layout.lengths_of(draws[0] + shift),
                variance=layout.sums(variance),
                exact=layout.lengths_of(self._exact()),
                largest=layout.maxima(tf.reduce_max(tf.abs(draws), axis=0)),
            )
        )

    def _row(self, state: State, seed: tf.Tensor) -> tuple[State, tf.Tensor]:
        """What is recorded of where a step starts; and the state with its newest probe."""
        self.layout.assign(state.weights)
        unit = self.plugin.stride
        early = tf.reduce_any(tf.equal(state.step, [unit * first for first in FIRST_PROBES]))
        probes = early | tf.equal(state.step % (PROBES * unit), 0)

        def measured() -> tuple[tf.Tensor, tf.Tensor]:
            return self._probe(state.step, seed), state.step

        probe, probed = tf.cond(probes, measured, lambda: (state.probe, state.probed))
        train, holdout = (self._score(*(x[:MEASURED] for x in part)) for part in (self.train, self.holdout))
        if self.plugin.data == "none":
            holdout = tf.constant(np.nan, tf.float32)
        row = tf.concat([tf.stack([train, holdout]), tf.reshape(probe, [-1])], axis=0)
        return state._replace(probe=probe, probed=probed), row

    def _roll(
        self, state: State, seed: tf.Tensor, steps: tf.Tensor, stride: tf.Tensor, learning_rate: tf.Tensor
    ) -> tuple[State, tf.Tensor]:
        """Steps without any bookkeeping between those that are kept: recording costs nothing but at these."""
        end = state.step + steps
        kept = tf.math.floordiv(end - 1, stride) - tf.math.floordiv(state.step - 1, stride)
        width = len(COLUMNS) + 4 * len(self.layout.groups)
        rows = tf.TensorArray(tf.float32, size=kept, element_shape=[width])

        def until(state: State, last: tf.Tensor) -> State:
            def body(state: State) -> tuple[State]:
                self.layout.assign(state.weights)
                return (self._one_step(state, seed, learning_rate)[0],)

            return tf.while_loop(lambda state: state.step < last, body, (state,), parallel_iterations=1)[0]

        def body(state: State, index: tf.Tensor, rows: tf.TensorArray) -> tuple[State, tf.Tensor, tf.TensorArray]:
            state, row = self._row(state, seed)
            after, value = self._one_step(state, seed, learning_rate)
            row = tf.concat([value[tf.newaxis], row], axis=0)
            return until(after, tf.minimum(end, state.step + stride)), index + 1, rows.write(index, row)

        state = until(state, tf.minimum(end, -tf.math.floordiv(-state.step, stride) * stride))
        first = (state, tf.constant(0), rows)
        state, _, rows = tf.while_loop(lambda state, *_: state.step < end, body, first, parallel_iterations=1)
        return state, rows.stack()


@functools.lru_cache(maxsize=32)
def engine_of(signature: Signature) -> Engine:
    """The shared engine of a signature. Bounded: a visitor who tries many sizes does not fill the memory."""
    return Engine(signature)
