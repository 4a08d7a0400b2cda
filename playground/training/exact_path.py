"""Where the exact gradient would have led: the same optimiser from the same θ₀, without any noise."""

import functools

import numpy as np
import tensorflow as tf

from playground import exact
from playground.config import Config
from playground.training.chunk import Hot, Signature, trainer_of
from playground.training.history import History
from playground.training.optimizers import OPTIMIZERS

LONGEST_CHUNK = 16
STANDS_STILL = 1e-9


class ExactPath:
    """A noiseless training beside a run, in float64. It may lag behind a fast run: it is drawn as a path, not over time.

    Args:
      config: Of the run.
    """

    def __init__(self, config: Config) -> None:
        self._advance = _compiled(Signature.of(config.bare()))
        self._history = History()
        self._step = 0
        self._still = False
        problem = config.problem
        self._phi = problem.unconstrain(tf.constant(config.theta, tf.float64))
        self._optimizer = OPTIMIZERS[config.optimizer].init(self._phi)
        self._history.extend(np.array([0]), {"theta": np.array([config.theta])})

    def configure(self, config: Config) -> None:
        """A hot edit: what stood still may move again."""
        self._still = False

    def advance_to(self, step: int, hot: Hot) -> None:
        """Goes on towards `step`, a bounded number of steps at a time."""
        steps = min(step - self._step, LONGEST_CHUNK)
        if self._still or steps < 1:
            self._step = max(self._step, step) if self._still else self._step
            return
        first = tf.constant(self._step)
        before = self._phi
        phi, optimizer, theta = self._advance(before, self._optimizer, first, tf.constant(steps), hot)
        if not np.all(np.isfinite(phi.numpy())):
            self._still = True
            return
        self._phi, self._optimizer = phi, optimizer
        self._history.extend(np.arange(self._step + 1, self._step + steps + 1), {"theta": theta.numpy()})
        self._step += steps
        self._still = bool(np.max(np.abs(phi.numpy() - before.numpy())) < STANDS_STILL)

    def view(self) -> np.ndarray:
        """[n, P], read-only."""
        return self._history.view().columns["theta"]


@functools.lru_cache(maxsize=64)
def _compiled(signature: Signature) -> tf.types.experimental.PolymorphicFunction:
    optimizer, trainer = OPTIMIZERS[signature.optimizer], trainer_of(signature)

    def advance(phi, state, first, steps, hot):
        problem = trainer.problem({name: tf.cast(value, tf.float64) for name, value in hot["cost"].items()})
        rate = tf.cast(hot["learning_rate"], tf.float64)
        rows = tf.TensorArray(tf.float64, size=steps)

        def body(index, phi, state, rows):
            with tf.GradientTape() as tape:
                tape.watch(phi)
                theta = problem.constrain(phi)
            gradient = exact.gradient(problem, theta[tf.newaxis])
            slope = tape.gradient(theta, phi, output_gradients=gradient[0])
            change, state = optimizer.update(-slope if signature.maximize else slope, state, rate, first + index)
            phi = phi - change
            return index + 1, phi, state, rows.write(index, problem.constrain(phi))

        _, phi, state, rows = tf.while_loop(lambda index, *_: index < steps, body, (0, phi, state, rows))
        return phi, state, rows.stack()

    return tf.function(advance, autograph=False, reduce_retracing=True)

