"""Variational inference from the first step to the last without a viewer, for the command line and for tests.

It takes the steps that a run on the page takes, from the same compiled chunk and the same stateless seeds.
"""

from dataclasses import dataclass

import numpy as np

from playground.inference.config import InferenceConfig
from playground.inference.training import InferenceTraining
from playground.training.history import History, View


@dataclass(frozen=True)
class Outcome:
    """Where a training ended.

    Attributes:
      status: "finished" or "diverged".
      cause: Why it diverged, in words, or None.
      step: Steps done; after a divergence, up to the last good state.
      phi: Each objective's φ there, [E, P].
      history: As on the page, thinned out alike.
    """

    status: str
    cause: str | None
    step: int
    phi: np.ndarray
    history: View


def drive(config: InferenceConfig, steps: int) -> Outcome:
    """Trains for `steps` ≥ 1 steps, or until the training diverges."""
    training, history, cause = InferenceTraining(), History(), None
    training.begin(config)
    done = 0
    while done < steps and cause is None:
        before, count = training.state, min(training.most_steps, steps - done)
        advance = training.advance(count, history.stride)
        if advance.fault is not None:
            cause, count = advance.fault, int(training.state.step) - done
            if not count:
                break
            # The same steps again, without the one that failed: their rows are good.
            training.stand_at(before)
            advance = training.advance(count, history.stride)
        history.extend(history.kept(done, count), advance.rows)
        done += count
    return Outcome("diverged" if cause else "finished", cause, done, training.state.phi.numpy(), history.view())
