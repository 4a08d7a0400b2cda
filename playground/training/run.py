"""One training that goes on in the background: the one mutable thing in the engine.

Commands may come from any thread: they are queued, and applied by the worker that serves the run, between two slices.
All else is touched by that worker alone. What others see is `snapshot`, replaced as a whole and frozen.
"""

import queue
import sys
import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from playground.errors import InvalidInput
from playground.experiment import experiment_of
from playground.training.history import History
from playground.training.pace import Pace
from playground.training.training import Moment, Training, advance

CHECKPOINTS = 16


class Run:
    """A training with a transport: play, pause, step, reset, edit.

    Args:
      config: What is trained: a configuration of any kind of experiment. A run keeps its kind.
      speed: Steps a second; `float("inf")` for as fast as it goes.
      clock: Monotonic seconds.

    Attributes:
      config, wanted: What is trained now, and what was asked for last, by whichever viewer.
    """

    def __init__(self, config: Any, speed: float = 60.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._commands: queue.SimpleQueue[tuple[str, Any]] = queue.SimpleQueue()
        self._pace = Pace(speed, clock())
        self.playing = False
        self.wake: Callable[[], None] = lambda: None
        self._sequence = self._generation = 0
        self._single_steps = 0
        self._history = History()
        self._cause: str | None = None
        self._training: Training = experiment_of(config).train()
        self.config = self.wanted = config
        # Of the kind that its training makes, which is what its charts read.
        self.snapshot: Any = None
        self._send("begin", config)  # by the worker: whoever opens a page must not wait for it

    # Commands: safe from every thread.

    def play(self) -> None:
        self._send("play")

    def pause(self) -> None:
        self._send("pause")

    def step(self) -> None:
        """One step; pauses a run that plays."""
        self._send("step")

    def reset(self) -> None:
        """Back to θ₀ with the same seed: the same trajectory again."""
        self._send("reset")

    def back(self) -> None:
        """Back to the last good state, paused."""
        self._send("back")

    def set_speed(self, speed: float) -> None:
        self._send("speed", speed)

    def configure(self, config: Any) -> None:
        """Takes on another configuration: hot fields at once, all others by starting anew from its θ₀."""
        self.wanted = config
        self._send("configure", config)

    def _send(self, command: str, value: Any = None) -> None:
        if not self.has_commands:
            self._asked = self._clock()
        self._commands.put((command, value))
        self.wake()

    def look(self) -> Any:
        """The snapshot, for one viewer's frame."""
        self._pace.looked(self._clock())
        return self.snapshot

    @property
    def looked(self) -> float:
        """When somebody looked last, by the run's clock; when it was made, if nobody has yet."""
        return self._pace.looked_at

    @property
    def speed(self) -> float:
        """Steps a second."""
        return self._pace.speed

    # The worker's side: one worker at a time.

    @property
    def has_commands(self) -> bool:
        return not self._commands.empty()

    def due(self, now: float) -> float:
        """Seconds until this run wants to be served; 0 or less is now."""
        if self.has_commands:
            # By age, as all others: on a busy server, where everybody is late, "at once" would be last in the queue.
            return min(self._asked - now, 0.0)
        if self._cause is not None or not (self.playing or self._single_steps or self.snapshot is None):
            return float("inf")
        late = self._pace.due(now)
        return late if self.playing else min(late, 0.0)

    @property
    def cold(self) -> bool:
        """Whether its steps have yet to be compiled."""
        return self.snapshot is None or self._training.cold

    def serve(self) -> None:
        """Applies what was commanded, trains for one slice if playing, and publishes a snapshot."""
        while self.has_commands:
            command, value = self._commands.get()
            getattr(self, f"_on_{command}")(*(() if value is None else (value,)))
        if self.snapshot is None and self._cause is not None:
            return  # it could not begin: there is nothing to train and nothing to show
        now = self._clock()
        # Where it starts is shown before the first steps are compiled.
        if self.snapshot is not None and self.snapshot.generation == self._generation:
            most = min(self._training.most_steps, self._left)
            if steps := self._pace.steps(now, most) if self.playing else min(self._single_steps, most):
                self._single_steps = max(0, self._single_steps - steps)
                self._train(steps)
        self._pace.served(now)
        self._publish()

    def _on_begin(self, config: Any) -> None:
        """Everything back to step 0. Only another experiment needs other figures; another seed does not."""
        if replace(config, seed=self.config.seed) != self.config or not self._generation:
            self._generation += 1
        self.config = config
        self._training.begin(config)
        self._checkpoints: deque[Any] = deque([self._training.state], maxlen=CHECKPOINTS)
        self._history = History(self._history.version + 1, self._training.first_stride)
        self._cause = None
        self._pace.restart(self._clock())
        self._single_steps = 0

    def fail(self, error: Exception) -> None:
        """Freezes the run where it is after an exception in a slice."""
        step = 0 if self.snapshot is None else self.snapshot.step
        # Bad input that shows only now (a file that is no longer there) says itself what to do.
        said = f"The step after {step} failed: {type(error).__name__}. Reset, or change the settings."
        self._cause = str(error) if isinstance(error, InvalidInput) else said
        self.playing = False
        if self.snapshot is not None:
            self._sequence += 1
            self.snapshot = replace(self.snapshot, sequence=self._sequence, status="diverged", cause=self._cause)

    def _on_play(self) -> None:
        if self._cause is None and not self._left:
            self._on_begin(self.config)  # what is finished can only be done again
        self.playing = self._cause is None
        self._pace.start(self._clock())

    def _on_pause(self) -> None:
        self.playing = False

    def _on_step(self) -> None:
        self.playing = False
        self._single_steps += self._cause is None and self._left > 0

    def _on_speed(self, speed: float) -> None:
        self._pace.speed = speed

    def _on_reset(self) -> None:
        self._on_begin(self.config)

    def _on_back(self) -> None:
        """To the oldest state still kept, so that there is room to do better this time."""
        self.playing, self._cause = False, None
        self._training.stand_at(self._checkpoints[0])
        self._checkpoints = deque([self._training.state], maxlen=CHECKPOINTS)
        self._history.rewind(self._step)

    def _on_configure(self, config: Any) -> None:
        if config == self.config:
            return
        # Without a snapshot it has failed before it could begin.
        anew = None if self.snapshot is None else self._training.edit(config)
        if anew is None:
            finished = self.snapshot is not None and self.snapshot.status == "finished"
            self._on_begin(config)
            self.playing = self.playing or finished  # it did not stop because somebody wanted it to
            return
        self.config = config
        self._generation += anew

    @property
    def _step(self) -> int:
        return int(self._training.state.step)

    @property
    def _left(self) -> int:
        """Steps until there are no more."""
        total = self._training.total
        return sys.maxsize if total is None else total - self._step

    @property
    def _status(self) -> str:
        if self._cause:
            return "diverged"
        if self.playing:
            return "running"
        return "paused" if self._left else "finished"

    def _train(self, steps: int) -> None:
        first, before, compiled = self._step, self._training.state, not self._training.cold
        started = time.perf_counter()
        fault = advance(self._training, self._history, steps)
        if compiled:
            self._pace.took(steps, time.perf_counter() - started)
        if self._step > first:
            self._checkpoints.append(before)
        if fault is not None:
            self._cause, self.playing = fault, False
        elif not self._left:
            self.playing, self._single_steps = False, 0

    def _publish(self) -> None:
        self._sequence += 1
        self.snapshot = self._training.look(
            Moment(
                sequence=self._sequence,
                generation=self._generation,
                status=self._status,
                cause=self._cause,
                config=self.config,
                speed=self.speed,
                step=self._step,
                history=self._history.view(),
                total=self._training.total,
                cold=self._training.cold,
            )
        )
