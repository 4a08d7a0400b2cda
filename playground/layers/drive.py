"""A training of layers from the first step to the last, without a viewer."""

from dataclasses import dataclass

from playground.layers.config import LayersConfig
from playground.layers.moment import LayersMoment
from playground.layers.training import LayersTraining
from playground.training.history import History
from playground.training.training import Moment, advance


@dataclass(frozen=True)
class Outcome:
    """Where a training ended.

    Attributes:
      status: "finished" or "diverged".
      cause: Why it diverged, in words, or None.
      moment: The last moment.
    """

    status: str
    cause: str | None
    moment: LayersMoment


def drive(config: LayersConfig, steps: int) -> Outcome:
    """Trains for `steps` ≥ 1 steps, or until something goes wrong."""
    training = LayersTraining()
    training.begin(config)
    history, done, fault = History(stride=training.first_stride), 0, None
    while done < steps and fault is None:
        count = min(training.most_steps, steps - done)
        fault = advance(training, history, count)
        done = int(training.state.step)
    status = "finished" if fault is None else "diverged"
    bare = Moment(0, 0, "paused", fault, config, float("inf"), done, history.view())
    return Outcome(status, fault, training.look(bare))
