"""Compiled training steps: n steps of up to four estimators inside one graph, traced once for all runs alike.

Graph mode, not XLA: on a CPU XLA is slower here. Every random number comes from the stateless seed (seed, step), so
that pausing, stepping and speed never change a trajectory. What may change on the way enters as tensors (`Hot`).
"""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import tensorflow as tf

from playground.config import Config, is_static
from playground.costs import cost_from
from playground.estimator import Draw
from playground.estimators import ESTIMATORS
from playground.families import FAMILIES
from playground.problem import Problem
from playground.training.compiled import Compiled
from playground.training.loop import roll
from playground.training.optimizers import OPTIMIZERS

LONGEST_CHUNK = 512
MOST_FLOATS = 2**22

Hot = Mapping[str, Any]
"""{"learning_rate": [], "cost": {name: []}, "hyperparameters": {name: []}}: scalar float32 tensors."""


@dataclass(frozen=True)
class Signature:
    """All of a configuration that shapes the compiled step; runs with equal signatures share it."""

    family: str
    sizes: tuple[int, ...]
    cost: str
    estimators: tuple[str, ...]
    static: tuple[tuple[str, float], ...]
    draw: Draw
    optimizer: str
    maximize: bool
    mode: str

    @classmethod
    def of(cls, config: Config) -> "Signature":
        return cls(
            family=config.family,
            sizes=config.problem.sizes,
            cost=config.cost,
            estimators=config.estimators,
            static=tuple(item for item in config.hyperparameters if is_static(item[0])),
            draw=config.draw,
            optimizer=config.optimizer,
            maximize=config.maximize,
            mode=config.mode,
        )


class State(NamedTuple):
    """Where a training stands, E estimators side by side.

    Attributes:
      step: Steps done so far, int32 [].
      phi: Unconstrained parameters, [E, P].
      optimizer: The optimiser's state, [E, …].
      estimators: Each estimator's own state.
    """

    step: tf.Tensor
    phi: tf.Tensor
    optimizer: Mapping[str, tf.Tensor]
    estimators: tuple[Mapping[str, tf.Tensor], ...]


class Records(NamedTuple):
    """What n steps leave behind, one row a step, taken *before* the step's update.

    Attributes:
      theta: [n, E, P].
      mean, variance: Of the gradient over the R replicates, [n, E, P].
    """

    theta: tf.Tensor
    mean: tf.Tensor
    variance: tf.Tensor


class Chunk(NamedTuple):
    """The outcome of n steps.

    Attributes:
      state: After them.
      theta: The natural parameters after them, [E, P].
      records: The rows of the steps that are multiples of the stride.
      estimates: For each estimator, replicate 0 of the last step: its points [M, S] and its terms [M, P].
    """

    state: State
    theta: tf.Tensor
    records: Records
    estimates: tuple[tuple[tf.Tensor, tf.Tensor], ...]


def hot_of(config: Config) -> Hot:
    """The part of a configuration that may change while a run goes on, as tensors."""
    return {
        "learning_rate": tf.constant(config.learning_rate, tf.float32),
        "cost": {name: tf.constant(value, tf.float32) for name, value in config.cost_params},
        "hyperparameters": {
            name: tf.constant(value, tf.float32) for name, value in config.hyperparameters if not is_static(name)
        },
    }


class Trainer:
    """The compiled steps of one signature. Holds no state of any run."""

    def __init__(self, signature: Signature) -> None:
        self.signature = signature
        self._estimators = [ESTIMATORS[key] for key in signature.estimators]
        self._optimizer = OPTIMIZERS[signature.optimizer]
        self._static = {name: int(value) for name, value in signature.static}
        self._step = tf.function(self._one_step, autograph=False)
        self.advance = Compiled(self.advance_inline)

    @property
    def most_steps(self) -> int:
        """The longest chunk: the gradients of all its steps and replicates are in memory at once."""
        draw, lanes, size = self.signature.draw, len(self._estimators), sum(self.signature.sizes)
        return max(1, min(LONGEST_CHUNK, MOST_FLOATS // (lanes * draw.replicates * size)))

    def problem(self, cost_values: Mapping[str, Any]) -> Problem:
        signature = self.signature
        return Problem(FAMILIES[signature.family], cost_from(signature.cost), signature.sizes, cost_values)

    def first_state(self, config: Config) -> State:
        """All estimators at θ₀."""
        problem = self.problem(dict(config.cost_params))
        theta = tf.tile(tf.constant([config.theta], tf.float32), [len(self._estimators), 1])
        phi = problem.unconstrain(theta)
        hyperparameters = hot_of(config)["hyperparameters"] | self._static
        return State(
            step=tf.constant(0),
            phi=phi,
            optimizer=self._optimizer.init(phi),
            estimators=tuple(estimator.init(problem, hyperparameters) for estimator in self._estimators),
        )

    def _one_step(self, state: State, seed: tf.Tensor, hot: Hot) -> tuple[State, tf.Tensor, tf.Tensor, list]:
        """One step: (state after it, θ before it [E, P], all gradients [E, P, R], the estimates)."""
        problem = self.problem(hot["cost"])
        hyperparameters = hot["hyperparameters"] | self._static
        theta = problem.constrain(state.phi)
        step_seed = tf.stack([seed, state.step])
        lanes = zip(self._estimators, state.estimators, tf.unstack(theta, num=len(self._estimators)), strict=True)
        estimates, new_states = [], []
        for estimator, own_state, own_theta in lanes:
            estimate, new_state = estimator.estimate(
                problem, hyperparameters, own_state, problem.unpack(own_theta), step_seed, self.signature.draw
            )
            estimates.append(estimate)
            new_states.append(new_state)
        gradients = tf.stack([estimate.gradients_by_element(problem) for estimate in estimates])
        # The chain rule from the natural parameters, in which gradients are reported, to the unconstrained ones.
        slope = problem.pull_back(state.phi, gradients[..., 0])
        change, optimizer_state = self._optimizer.update(
            -slope if self.signature.maximize else slope, state.optimizer, hot["learning_rate"], state.step
        )
        phi = state.phi - change
        if self.signature.mode == "same":
            phi = tf.tile(phi[:1], [len(self._estimators), 1])
        return State(state.step + 1, phi, optimizer_state, tuple(new_states)), theta, gradients, estimates

    def _records(self, theta: tf.Tensor, gradients: tf.Tensor) -> Records:
        """Means and variances over the replicates, of all kept steps at once: [n, E, P] and [n, E, P, R].

        A variance is exactly 0 where all replicates are alike, because they are taken relative to the first.
        """
        first = gradients[..., :1]
        relative = gradients - first
        mean = tf.reduce_mean(relative, axis=-1, keepdims=True)
        squares = tf.reduce_sum(tf.square(relative - mean), axis=-1)
        variance = squares / (self.signature.draw.replicates - 1)
        return Records(theta, tf.squeeze(first + mean, -1), variance)

    def advance_inline(self, state: State, seed: tf.Tensor, steps: tf.Tensor, stride: tf.Tensor, hot: Hot) -> Chunk:
        """Does `steps` ≥ 1 steps; keeps the records of those whose number is a multiple of `stride`."""

        def step(state: State) -> tuple[State, dict[str, tf.Tensor], list]:
            state, theta, gradients, estimates = self._step(state, seed, hot)
            return state, {"theta": theta, "gradients": gradients}, estimates

        state, rows, estimates = roll(step, state, ("theta", "gradients"), steps, stride)
        problem = self.problem(hot["cost"])
        shown = tuple((estimate.points[0], estimate.first_terms(problem)) for estimate in estimates)
        return Chunk(state, problem.constrain(state.phi), self._records(rows["theta"], rows["gradients"]), shown)


@functools.lru_cache(maxsize=32)
def trainer_of(signature: Signature) -> Trainer:
    """The shared trainer of a signature. Bounded: a visitor who types many costs does not fill the memory."""
    return Trainer(signature)
