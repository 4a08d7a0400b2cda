"""A training from the first step to the last without a viewer, for tests.

Because the end is known, the learning rate falls along half a cosine over the second half: the noise of the windows
averages out.
"""

import math
from dataclasses import replace

from playground.sequences.config import SequenceConfig
from playground.sequences.moment import SequenceMoment
from playground.sequences.series import Series, series_for
from playground.sequences.training import SequenceTraining
from playground.training.history import History
from playground.training.training import Moment, advance

STAIRS = 50


def drive(config: SequenceConfig, steps: int, series: Series | None = None) -> tuple[SequenceTraining, SequenceMoment]:
    """Trains for `steps` ≥ 1 steps, or until something goes wrong, which `cause` says then.

    Args:
      config: What is trained.
      steps: How many.
      series: The series, where it is not the one that `config.series` names.
    """
    training = SequenceTraining(series_for if series is None else lambda config: series)
    training.begin(config)
    history, done, fault = History(stride=training.first_stride), 0, None
    while done < steps and fault is None:
        falls = done >= steps // 2
        most = min(training.most_steps, max(1, steps // STAIRS)) if falls else training.most_steps
        count = min(most, (steps if falls else steps // 2) - done)
        share = 0.5 * (1.0 + math.cos(math.pi * max(0.0, 2.0 * (done + 0.5 * count) / steps - 1.0)))
        training.edit(replace(config, learning_rate=config.learning_rate * share))
        fault = advance(training, history, count)
        done = int(training.state.step)
    status = "paused" if fault is None else "diverged"
    moment = Moment(1, 1, status, fault, config, math.inf, int(training.state.step), history.view())
    return training, training.look(moment)
