"""Why a run diverged: the step, the estimator and the parameter at which it left the finite numbers."""

from dataclasses import dataclass

import numpy as np
import tensorflow as tf

from playground.config import Config
from playground.estimators import ESTIMATORS
from playground.training.chunk import Chunk, Hot, State, Trainer


@dataclass(frozen=True)
class Fault:
    """What went wrong.

    Attributes:
      cause: One sentence or two, with the remedy.
      last_good: The state before the step that failed.
    """

    cause: str
    last_good: State


def find_fault(
    trainer: Trainer, config: Config, before: State, chunk: Chunk, seed: tf.Tensor, hot: Hot
) -> Fault | None:
    """None if the chunk ended well; otherwise walks it again, one step at a time, to the step that failed.

    Stateless seeds make the walk the same one, so that the last good state is exact.
    """
    if _is_good(chunk.theta):
        return None
    state = before
    while True:
        step = trainer.advance(state, seed, tf.constant(1), tf.constant(1), hot)
        if not _is_good(step.theta) or int(step.state.step) >= int(chunk.state.step):
            return Fault(_describe(config, step), state)
        state = step.state


def _is_good(theta: tf.Tensor) -> bool:
    """What is not finite stays so, so that the end of a chunk tells of all its steps."""
    values = theta.numpy()
    return bool(np.all(np.isfinite(values)))


def _describe(config: Config, step: Chunk) -> str:
    theta = step.theta.numpy()
    bad = ~np.isfinite(theta)
    lane, index = (int(i) for i in np.argwhere(bad)[0]) if bad.any() else (0, 0)
    gradients = [terms.numpy().mean(axis=0) for _, terms in step.estimates]
    driver = 0 if config.mode == "same" else lane
    gradient = gradients[driver]
    # The parameter named is the one whose gradient is worst: the others often only follow it out of bounds.
    worst = int(np.argmax(np.where(np.isfinite(gradient), np.abs(gradient), np.inf)))
    name = config.problem.names[worst]
    who = ESTIMATORS[config.estimators[driver]].label
    size = f"was {gradient[worst]:.3g}" if np.isfinite(gradient[worst]) else "was not a finite number"
    return (
        f"Step {int(step.state.step)}: {who} diverged. Its gradient of `{name}` {size}, and "
        f"`{config.problem.names[index]}` left the range of finite numbers. "
        f"Lower the learning rate (now {config.learning_rate:g}), or draw more samples."
    )
