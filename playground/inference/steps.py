"""Compiled training steps: n steps of up to four objectives inside one graph, traced once for all runs alike.

Every random number comes from the stateless seed (seed, step), so that pausing, stepping and speed never change a
trajectory. What may change on the way enters as tensors (`Hot`).
"""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import tensorflow as tf

from playground.inference.config import InferenceConfig
from playground.inference.objective import Estimate
from playground.inference.predictive import predict
from playground.inference.truth import Truth
from playground.objectives import OBJECTIVES
from playground.points import tensor_of
from playground.target import Target
from playground.targets import TARGETS
from playground.training.compiled import Compiled
from playground.training.loop import roll
from playground.training.optimizers import OPTIMIZERS

LONGEST_CHUNK = 256
FIRST_TEMPERING = 0.01

Hot = Mapping[str, tf.Tensor]
"""{"learning_rate": [] float32, "annealing": [] float32, "show": [2] int32}, and where a target has data "points",
[60, 4] float64."""

ROWS = ("bound", "mean", "variance", "trace", "square_norm", "value", "tempering")
"""What is recorded of a step before its update, E objectives side by side: the bound's mean over the R replicates [E];
mean and variance over the replicates of the two shown elements of the gradient [E, 2]; the variances of all elements
added up [E]; the squared norm of the mean gradient [E]; the shown elements of φ [E, 2]; and the tempering []."""


@dataclass(frozen=True)
class Signature:
    """All of a configuration that shapes the compiled step; runs with equal signatures share it."""

    target: str
    approximation: str
    components: int
    objectives: tuple[str, ...]
    samples: int
    replicates: int
    optimizer: str

    @classmethod
    def of(cls, config: InferenceConfig) -> "Signature":
        # A number that the approximation does not look at is no reason to compile anew.
        components = config.components if config.surrogate.approximation.needs_components else 0
        return cls(
            config.target,
            config.approximation,
            components,
            config.objectives,
            config.samples,
            config.replicates,
            config.optimizer,
        )


class State(NamedTuple):
    """Where a training stands, E objectives side by side.

    Attributes:
      step: Steps done so far, int32 [].
      phi: [E, P].
      optimizer: The optimiser's state, [E, …].
    """

    step: tf.Tensor
    phi: tf.Tensor
    optimizer: Mapping[str, tf.Tensor]


class Last(NamedTuple):
    """Replicate 0 of the last step: what it drew, [E, K, D], and its gradient, [E, P]."""

    draws: tf.Tensor
    gradient: tf.Tensor


def hot_of(config: InferenceConfig) -> Hot:
    """The part of a configuration that enters as tensors."""
    names = config.surrogate.names
    data = {"points": tensor_of(config.points)} if config.points else {}
    return data | {
        "learning_rate": tf.constant(config.learning_rate, tf.float32),
        "annealing": tf.constant(config.annealing, tf.float32),
        "show": tf.constant([names.index(name) for name in config.show], tf.int32),
    }


def first_state(config: InferenceConfig) -> State:
    """All objectives at φ₀."""
    phi = tf.tile(tf.constant(config.surrogate.start(config.seed))[tf.newaxis], [len(config.objectives), 1])
    return State(tf.constant(0), phi, OPTIMIZERS[config.optimizer].init(phi))


class Trainer:
    """The compiled steps of one configuration's signature. Holds no state of any run."""

    def __init__(self, config: InferenceConfig) -> None:
        self.signature = Signature.of(config)
        self.target, self.surrogate = TARGETS[config.target], config.surrogate
        self._objectives = [OBJECTIVES[key] for key in config.objectives]
        self._optimizer = OPTIMIZERS[config.optimizer]
        goals = tuple(objective.goal_at(config.samples) for objective in self._objectives)
        self.truth = Truth(self.target, self.surrogate, goals)
        self.advance = Compiled(self._advance)
        self.picture = Compiled(self.truth.picture)
        self.predict = Compiled(functools.partial(predict, self.surrogate))

    @property
    def most_steps(self) -> int:
        """The longest chunk, so that the exact values of all its steps fit into memory at once."""
        return min(LONGEST_CHUNK, self.truth.most_rows)

    def _tempering(self, step: tf.Tensor, annealing: tf.Tensor) -> tf.Tensor:
        begun = FIRST_TEMPERING + (1.0 - FIRST_TEMPERING) * tf.cast(step, tf.float32) / tf.maximum(annealing, 1.0)
        return tf.where(annealing > 0.0, tf.minimum(begun, 1.0), 1.0)

    def _step(
        self, target: Target, state: State, seed: tf.Tensor, hot: Hot
    ) -> tuple[State, dict[str, tf.Tensor], Last]:
        """One step: the state after it, its row, and what replicate 0 did."""
        tempering = self._tempering(state.step, hot["annealing"])
        step_seed = tf.stack([seed, state.step])
        signature = self.signature
        estimates = [
            objective.gradients(
                target, self.surrogate, phi, step_seed, signature.samples, signature.replicates, tempering
            )
            for objective, phi in zip(self._objectives, tf.unstack(state.phi, num=len(self._objectives)), strict=True)
        ]
        gradients = tf.stack([estimate.gradients for estimate in estimates])  # [E, R, P]
        last = Last(tf.stack([estimate.draws for estimate in estimates]), gradients[:, 0])
        change, optimizer = self._optimizer.update(last.gradient, state.optimizer, hot["learning_rate"], state.step)
        row = self._row(state.phi, estimates, gradients, hot["show"]) | {"tempering": tempering, "phi": state.phi}
        return State(state.step + 1, state.phi - change, optimizer), row, last

    def _row(
        self, phi: tf.Tensor, estimates: list[Estimate], gradients: tf.Tensor, show: tf.Tensor
    ) -> dict[str, tf.Tensor]:
        """Statistics over the replicates; taken relative to the first, a variance of nothing is exactly 0."""
        relative = gradients - gradients[:, :1]
        shift = tf.reduce_mean(relative, axis=1, keepdims=True)
        mean = (gradients[:, :1] + shift)[:, 0]
        variance = tf.reduce_sum((relative - shift) ** 2, axis=1) / (self.signature.replicates - 1)
        return {
            "bound": tf.stack([tf.reduce_mean(estimate.bound) for estimate in estimates]),
            "mean": tf.gather(mean, show, axis=-1),
            "variance": tf.gather(variance, show, axis=-1),
            "trace": tf.reduce_sum(variance, axis=-1),
            "square_norm": tf.reduce_sum(mean**2, axis=-1),
            "value": tf.gather(phi, show, axis=-1),
        }

    def _advance(
        self, state: State, seed: tf.Tensor, steps: tf.Tensor, stride: tf.Tensor, hot: Hot
    ) -> tuple[State, dict[str, tf.Tensor], Last]:
        """`steps` ≥ 1 steps: the state after them, the kept rows [n, …] with their exact values, and the last step."""
        target = self.target.at(hot.get("points"))
        state, rows, last = roll(
            lambda state: self._step(target, state, seed, hot), state, (*ROWS, "phi"), steps, stride
        )
        # φ itself is not kept: a flow's would fill the history.
        exact = self.truth.of(rows.pop("phi"), rows["tempering"], hot["show"], target)
        return state, rows | exact, last


@functools.lru_cache(maxsize=32)
def _trainer(signature: Signature) -> Trainer:
    """The one trainer of a signature, made from any configuration that has it."""
    return Trainer(
        InferenceConfig.create(
            target=signature.target,
            approximation=signature.approximation,
            components=signature.components or 4,
            objectives=signature.objectives,
            samples=signature.samples,
            replicates=signature.replicates,
            optimizer=signature.optimizer,
        )
    )


def trainer_of(config: InferenceConfig) -> Trainer:
    """The shared trainer of a configuration's signature."""
    return _trainer(Signature.of(config))
