"""Where the exact gradient would have led: the same optimiser from the same θ₀, without any noise."""

import copy
import functools
import threading
import weakref
from collections.abc import Mapping

import numpy as np
import tensorflow as tf

from playground import exact
from playground.config import Config
from playground.training.chunk import Hot, Signature, trainer_of
from playground.training.compiled import Compiled
from playground.training.history import History
from playground.training.optimizers import OPTIMIZERS, State

LONGEST_CHUNK = 16
STANDS_STILL = 1e-9


class ExactPath:
    """A noiseless training beside a run, in float64. It may lag behind a fast run: it is a path, not a curve over time.

    Runs that differ in their estimators and seeds only have the same path: they share it, and whoever is furthest ahead
    computes it for all.

    Args:
      config: Of the run.
    """

    def __init__(self, config: Config) -> None:
        self._advance = _compiled(Signature.of(config.bare()))
        self._lock = threading.Lock()
        self._history = History()
        self._step = 0
        self._still = False
        self._phi = config.problem.unconstrain(tf.constant(config.theta, tf.float64))
        self._optimizer = OPTIMIZERS[config.optimizer].init(self._phi)
        self._history.extend(np.array([0]), {"theta": np.array([config.theta])})

    @classmethod
    def shared(cls, config: Config) -> "ExactPath":
        """The path from a configuration's θ₀, as far as anybody has needed it."""
        with _sharing:
            key = (config.bare(), config.learning_rate)
            path = _shared.get(key)
            if path is None:
                path = _shared[key] = cls(config)
            return path

    def fork(self) -> "ExactPath":
        """A path of its own from here on, for a run whose settings were changed on the way."""
        with self._lock:
            twin = copy.copy(self)
            twin._lock, twin._history, twin._still = threading.Lock(), self._history.copy(), False
            return twin

    def advance_to(self, step: int, hot: Hot) -> None:
        """Goes on towards `step`, a bounded number of steps at a time, until it stands still."""
        with self._lock:
            steps = min(step - self._step, LONGEST_CHUNK)
            if self._still or steps < 1:
                return
            before, first = self._phi, tf.constant(self._step)
            phi, optimizer, theta = self._advance(
                before, self._optimizer, first, tf.constant(steps), hot["learning_rate"], hot["cost"]
            )
            change = np.max(np.abs(phi.numpy() - before.numpy()))
            self._still = not change >= STANDS_STILL  # also when it has left the finite numbers
            if np.isfinite(change):
                self._phi, self._optimizer = phi, optimizer
                self._history.extend(np.arange(self._step + 1, self._step + steps + 1), {"theta": theta.numpy()})
                self._step += steps

    def view(self, step: int) -> np.ndarray:
        """The path up to a step, [n, P], read-only."""
        with self._lock:
            view = self._history.view()
        return view.columns["theta"][: int(np.searchsorted(view.step, step, side="right"))]


_shared: "weakref.WeakValueDictionary[tuple[Config, float], ExactPath]" = weakref.WeakValueDictionary()
_sharing = threading.Lock()


@functools.lru_cache(maxsize=32)
def _compiled(signature: Signature) -> Compiled:
    optimizer, trainer = OPTIMIZERS[signature.optimizer], trainer_of(signature)

    def advance(
        phi: tf.Tensor, state: State, first: tf.Tensor, steps: tf.Tensor, rate: tf.Tensor, cost: Mapping[str, tf.Tensor]
    ) -> tuple[tf.Tensor, State, tf.Tensor]:
        problem = trainer.problem({name: tf.cast(value, tf.float64) for name, value in cost.items()})
        rate = tf.cast(rate, tf.float64)
        rows = tf.TensorArray(tf.float64, size=steps)

        def body(index: tf.Tensor, phi: tf.Tensor, state: State, rows: tf.TensorArray) -> tuple:
            gradient = exact.gradient(problem, problem.constrain(phi)[tf.newaxis])
            slope = problem.pull_back(phi, gradient[0])
            change, state = optimizer.update(-slope if signature.maximize else slope, state, rate, first + index)
            phi = phi - change
            return index + 1, phi, state, rows.write(index, problem.constrain(phi))

        _, phi, state, rows = tf.while_loop(lambda index, *_: index < steps, body, (0, phi, state, rows))
        return phi, state, rows.stack()

    return Compiled(advance)
