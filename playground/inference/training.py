"""Variational inference under way: what a run drives, and what its viewers see."""

from dataclasses import dataclass

import numpy as np
import tensorflow as tf

from playground.inference.config import InferenceConfig
from playground.inference.diagnosis import find_fault
from playground.inference.predictive import Predictive
from playground.inference.steps import Last, Signature, State, Trainer, first_state, hot_of, trainer_of
from playground.inference.truth import evidence_of, target_picture
from playground.targets import TARGETS
from playground.training.training import Advance, Moment


@dataclass(frozen=True)
class InferenceMoment(Moment):
    """All that a viewer may see. The history's columns are `ROWS` of `steps`, those of `Truth.of`, and
    "log_evidence" [n], which changes with the data.

    Attributes:
      names: The P elements of φ.
      phi: Of each objective, [E, P].
      axes: The values of each element of z that densities are drawn at: one array of 201, or two of 61; none, and
        G = 0, for a target of more elements.
      log_p: The target's normalised log density on the grid, [G], G = 201 or 61 · 61, the last axis varying fastest.
      log_q: Each approximation's, [E, G].
      draws: What replicate 0 drew in the last step, [E, K, D]; [E, 0, D] before the first.
      log_evidence: The most that an ELBO can reach, in nats.
      predictive: What the first approximation says of new points, where the target is a regression.
    """

    names: tuple[str, ...]
    phi: np.ndarray
    axes: tuple[np.ndarray, ...]
    log_p: np.ndarray
    log_q: np.ndarray
    draws: np.ndarray
    log_evidence: float
    predictive: Predictive | None


class InferenceTraining:
    """A `playground.training.training.Training` of approximations."""

    first_stride = 1
    total = None

    def __init__(self) -> None:
        self._trainer: Trainer | None = None

    @property
    def cold(self) -> bool:
        return self._trainer is None or not self._trainer.advance.traces()

    @property
    def most_steps(self) -> int:
        assert self._trainer is not None
        return self._trainer.most_steps

    @property
    def state(self) -> State:
        return self._state

    def begin(self, config: InferenceConfig) -> None:
        self._trainer = trainer_of(config)
        self._take_on(config)
        self.stand_at(first_state(config))

    def edit(self, config: InferenceConfig) -> bool | None:
        same = (config.seed, config.show) == (self._config.seed, self._config.show)
        if not same or Signature.of(config) != Signature.of(self._config):
            return None
        self._take_on(config)
        return False

    def _take_on(self, config: InferenceConfig) -> None:
        self._config, self._hot = config, hot_of(config)
        self._evidence = evidence_of(TARGETS[config.target], config.points)

    def stand_at(self, state: State) -> None:
        self._state = state
        self._last: Last | None = None
        self._log_q: np.ndarray | None = None
        self._predictive: Predictive | None = None

    def advance(self, steps: int, stride: int) -> Advance:
        assert self._trainer is not None
        before, seed = self._state, tf.constant(self._config.seed)
        after, rows, last = self._trainer.advance(before, seed, tf.constant(steps), tf.constant(stride), self._hot)
        fault = find_fault(self._trainer, self._config, before, after, self._hot)
        if fault is not None:
            self.stand_at(fault.last_good)
            return Advance({}, fault.cause)
        self.stand_at(after)
        self._last = last
        columns = {name: values.numpy() for name, values in rows.items()}
        return Advance(columns | {"log_evidence": np.full(len(columns["elbo"]), self._evidence)})

    def look(self, moment: Moment) -> InferenceMoment:
        assert self._trainer is not None
        target = TARGETS[self._config.target]
        if self._log_q is None:
            self._log_q = _frozen(self._trainer.picture(self._state.phi))
            if target.given is not None:
                self._predictive = Predictive(*map(_frozen, self._trainer.predict(self._state.phi[0])))
        nothing = np.zeros((len(self._config.objectives), 0, target.event_size), np.float32)
        axes, log_p = target_picture(target)
        return InferenceMoment(
            **vars(moment),
            names=self._trainer.surrogate.names,
            phi=_frozen(self._state.phi),
            axes=axes,
            log_p=log_p,
            log_q=self._log_q,
            draws=_frozen(nothing if self._last is None else self._last.draws),
            log_evidence=self._evidence,
            predictive=self._predictive,
        )


def _frozen(values: tf.Tensor | np.ndarray) -> np.ndarray:
    """A read-only array."""
    array = np.array(values)
    array.flags.writeable = False
    return array
