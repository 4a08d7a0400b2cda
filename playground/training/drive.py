"""A training from the first step to the last without a viewer, for the command line and for tests.

It takes the steps that a `Run` takes, from the same compiled chunk and the same stateless seeds, so that a
configuration gives the same numbers here as on the page; it only leaves out what is drawn beside them.
"""

from dataclasses import dataclass

import numpy as np
import tensorflow as tf

from playground.config import Config
from playground.training.chunk import Chunk, Signature, hot_of, trainer_of
from playground.training.diagnosis import find_fault
from playground.training.history import History, View


@dataclass(frozen=True)
class Outcome:
    """Where a training ended.

    Attributes:
      status: "finished" or "diverged".
      cause: Why it diverged, in words, or None.
      step: Steps done; after a divergence, up to the last good state.
      theta: Each estimator's parameters there, [E, P].
      history: `theta`, `mean` and `variance` [n, E, P] at the steps that were kept, thinned out as on the page.
    """

    status: str
    cause: str | None
    step: int
    theta: np.ndarray
    history: View


def drive(config: Config, steps: int) -> Outcome:
    """Trains for `steps` ≥ 1 steps, or until the training diverges."""
    trainer, hot, history = trainer_of(Signature.of(config)), hot_of(config), History()
    seed, state = tf.constant(config.seed), trainer.first_state(config)
    theta = trainer.problem(hot["cost"]).constrain(state.phi)
    done = 0
    while done < steps:
        count = min(trainer.most_steps, steps - done)
        chunk = trainer.advance(state, seed, tf.constant(count), tf.constant(history.stride), hot)
        fault = find_fault(trainer, config, state, chunk, seed, hot)
        if fault is not None:
            count = int(fault.last_good.step) - done
            if count:  # The same steps again, without the one that failed: their records are good.
                chunk = trainer.advance(state, seed, tf.constant(count), tf.constant(history.stride), hot)
                _record(history, done, count, chunk)
                theta = chunk.theta
            return Outcome("diverged", fault.cause, done + count, theta.numpy(), history.view())
        _record(history, done, count, chunk)
        state, theta, done = chunk.state, chunk.theta, done + count
    return Outcome("finished", None, done, theta.numpy(), history.view())


def _record(history: History, first: int, count: int, chunk: Chunk) -> None:
    history.extend(history.kept(first, count), {name: value.numpy() for name, value in chunk.records._asdict().items()})
