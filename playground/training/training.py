"""What a run drives: one kind of experiment behind the transport that all kinds share."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

import numpy as np

from playground.training.history import History, View


class Advance(NamedTuple):
    """What some steps have brought.

    Attributes:
      rows: Columns for the history [n, …], a row for each of the steps that is a multiple of the stride.
      fault: Why the training cannot go on, in words with a remedy; it stands at its last good state then, and there
        are no rows. None where all went well.
    """

    rows: Mapping[str, np.ndarray]
    fault: str | None = None


@dataclass(frozen=True)
class Moment:
    """All that a viewer may see of a run at one moment: the part that all kinds of experiment have in common.

    Attributes:
      sequence: Grows with every moment.
      generation: Grows when the run starts anew, so that figures must be drawn anew.
      status: "running", "paused", "diverged", or "finished" where there are no more steps to do.
      cause: Why it diverged, in words, or None.
      config: As it is now, hot edits included.
      speed: Steps a second, `inf` for as fast as it goes.
      step: Steps done.
      history: What is kept of all the steps.
      total: How many steps there are in all, or None where there is no last one.
      cold: Whether its steps have yet to be compiled, which takes seconds.
    """

    sequence: int
    generation: int
    status: str
    cause: str | None
    config: Any
    speed: float
    step: int
    history: View
    total: int | None = field(default=None, kw_only=True)
    cold: bool = field(default=False, kw_only=True)


class Training(Protocol):
    """One experiment under way. One worker at a time touches it; the `Moment`s that it makes are frozen.

    `config` is any frozen, hashable dataclass with a `seed` and a `to_mapping` of plain JSON values.
    """

    @property
    def cold(self) -> bool:
        """Whether its steps have yet to be compiled."""

    @property
    def most_steps(self) -> int:
        """How many steps one call of `advance` may do."""

    @property
    def total(self) -> int | None:
        """How many steps there are in all from `begin` on; None where there is no last one."""

    @property
    def first_stride(self) -> int:
        """Rows are kept of every so many steps to begin with."""

    @property
    def state(self) -> Any:
        """Where it stands: immutable, with the number of steps done as `state.step`, an int32 tensor []."""

    def begin(self, config: Any) -> None:
        """Goes to step 0 of a configuration."""

    def edit(self, config: Any) -> bool | None:
        """Takes on what may change on the way.

        Returns:
          Whether figures must be drawn anew; None, and nothing has changed, where the run must begin anew instead.
        """

    def stand_at(self, state: Any) -> None:
        """Goes back to a state that it was in."""

    def advance(self, steps: int, stride: int) -> Advance:
        """Does `steps` ≥ 1 steps. Whatever the slicing into calls, the states and rows are the same."""

    def look(self, moment: Moment) -> Moment:
        """The moment with all that charts need of it besides: arrays are read-only."""


def advance(training: Training, history: History, steps: int) -> str | None:
    """Does `steps` ≥ 1 steps and records them. If one of them fails, those before it are done and recorded.

    Returns:
      Why the training cannot go on, in words, or None.
    """
    first, before = int(training.state.step), training.state
    rows, fault = training.advance(steps, history.stride)
    if fault is not None:
        steps = int(training.state.step) - first
        if steps:  # The same steps again, without the one that failed: their rows are good.
            training.stand_at(before)
            rows, _ = training.advance(steps, history.stride)
    if steps:
        history.extend(history.kept(first, steps), rows)
    return fault
