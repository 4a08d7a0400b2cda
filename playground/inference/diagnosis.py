"""Why a variational run diverged: the step and the objective at which φ left the finite numbers."""

from typing import NamedTuple

import numpy as np
import tensorflow as tf

from playground.inference.config import InferenceConfig
from playground.inference.steps import Hot, Last, State, Trainer
from playground.objectives import OBJECTIVES


class Fault(NamedTuple):
    """What went wrong.

    Attributes:
      cause: In words, with the remedy.
      last_good: The state before the step that failed.
    """

    cause: str
    last_good: State


def find_fault(trainer: Trainer, config: InferenceConfig, before: State, after: State, hot: Hot) -> Fault | None:
    """None if a chunk ended well; otherwise walks it again, one step at a time, to the step that failed.

    Stateless seeds make the walk the same one, so that the last good state is exact.
    """
    if _is_good(after):
        return None
    state, seed, one = before, tf.constant(config.seed), tf.constant(1)
    while True:
        following, _, last = trainer.advance(state, seed, one, one, hot)
        if not _is_good(following) or int(following.step) >= int(after.step):
            return Fault(_describe(config, following, last), state)
        state = following


def _is_good(state: State) -> bool:
    """What is not finite stays so, so that the end of a chunk tells of all its steps."""
    return bool(np.all(np.isfinite(state.phi.numpy())))


def _describe(config: InferenceConfig, state: State, last: Last) -> str:
    bad = ~np.isfinite(state.phi.numpy())
    lane = int(np.argmax(bad.any(axis=1)))
    gradient = last.gradient.numpy()[lane]
    # The element named is the one whose gradient is worst.
    worst = int(np.argmax(np.where(np.isfinite(gradient), np.abs(gradient), np.inf)))
    size = f"was {gradient[worst]:.3g}" if np.isfinite(gradient[worst]) else "was not a finite number"
    return (
        f"Step {int(state.step)}: {OBJECTIVES[config.objectives[lane]].label} diverged. Its gradient of "
        f"`{config.surrogate.names[worst]}` {size}, and q left the range of finite numbers. "
        f"Lower the learning rate (now {config.learning_rate:g}), or draw more samples."
    )
