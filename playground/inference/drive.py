"""Variational inference from the first step to the last without a viewer, for the command line and for tests.

It takes the steps that a run on the page takes, from the same compiled chunk and the same stateless seeds.
"""

from dataclasses import dataclass

import numpy as np

from playground.inference.config import InferenceConfig
from playground.inference.training import InferenceTraining
from playground.training.history import History, View
from playground.training.training import advance


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
    training, history, cause, done = InferenceTraining(), History(), None, 0
    training.begin(config)
    while done < steps and cause is None:
        cause = advance(training, history, min(training.most_steps, steps - done))
        done = int(training.state.step)
    return Outcome("diverged" if cause else "finished", cause, done, training.state.phi.numpy(), history.view())
