"""What is drawn beside the estimates: exact gradients, exact variances, the density, the landscape. Compiled, shared.

Everything here is quadrature or enumeration in float64 (`playground.exact`); nothing samples.
"""

import functools
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf

from playground import exact
from playground.estimators import ESTIMATORS
from playground.families import FAMILIES
from playground.problem import Problem
from playground.training.chunk import Chunk, Hot, Signature, State, trainer_of
from playground.training.compiled import Compiled
from playground.training.picture import Picture, picture_of, widened


class Truth(NamedTuple):
    """Exact values at n recorded steps.

    Attributes:
      cost: E[f], [n, E].
      gradient: [n, E, P].
      variance: Of each estimator's gradient, NaN where no exact value is known, [n, E, P].
    """

    cost: tf.Tensor
    gradient: tf.Tensor
    variance: tf.Tensor


class Held(NamedTuple):
    """What an estimator that learns holds against f by now.

    Attributes:
      curve: Over a grid, [G]; empty where x is a vector.
      numbers: What it has learned besides, by name.
    """

    curve: np.ndarray
    numbers: Mapping[str, float]


class Observer:
    """The compiled exact values of one signature. Holds no state of any run."""

    def __init__(self, signature: Signature) -> None:
        self.signature = signature
        self._trainer = trainer_of(signature)
        self._learned = {i: ESTIMATORS[key].learned for i, key in enumerate(signature.estimators)}
        self._variances = [ESTIMATORS[key].exact_variance for key in signature.estimators]
        self.watch = Compiled(self._watch, free=(5,))
        self.picture = Compiled(self._picture, free=(1,))
        self._inside = Compiled(self._look_inside, free=(2,))
        self.landscape = Compiled(self._landscape, free=(0,))
        self.slope = Compiled(self._slope, free=(0,))

    def _problem64(self, cost: Mapping[str, Any]) -> Problem:
        return self._trainer.problem({name: tf.cast(value, tf.float64) for name, value in cost.items()})

    def _watch(
        self, state: State, seed: tf.Tensor, steps: tf.Tensor, stride: tf.Tensor, hot: Hot, grid: tf.Tensor
    ) -> tuple[Chunk, Truth, Picture]:
        """A chunk with all that is drawn of it: one call into TensorFlow for one frame."""
        chunk = self._trainer.advance_inline(state, seed, steps, stride, hot)
        truth = self._truth_if_any(chunk.records.theta, hot["cost"])
        return chunk, truth, self._picture(chunk.theta, grid, hot)

    def _truth_if_any(self, theta: tf.Tensor, cost: Mapping[str, Any]) -> Truth:
        """The truth at the recorded steps; nothing is computed where none was recorded."""
        lanes, size = len(self._variances), sum(self.signature.sizes)

        def nothing() -> Truth:
            return Truth(*(tf.zeros(shape, tf.float64) for shape in ([0, lanes], [0, lanes, size], [0, lanes, size])))

        return tf.cond(tf.shape(theta)[0] > 0, lambda: self._truth(theta, cost), nothing)

    def _truth(self, theta: tf.Tensor, cost: Mapping[str, Any]) -> Truth:
        problem = self._problem64(cost)
        theta = tf.cast(theta, tf.float64)
        count, lanes, size = tf.shape(theta)[0], len(self._variances), sum(self.signature.sizes)
        together = self.signature.mode == "same"
        flat = theta[:, 0] if together else tf.reshape(theta, [-1, size])
        nodes = None if problem.family.vector else exact.nodes(problem, flat)
        value, gradient = (
            exact.value_and_gradient(problem, flat) if nodes is None else exact.value_and_gradient_at(nodes)
        )

        def by_lane(values: tf.Tensor, *shape: int) -> tf.Tensor:
            if together:
                return tf.repeat(values[:, tf.newaxis], lanes, axis=1)
            return tf.reshape(values, [count, lanes, *shape])

        variances = []
        for lane, exact_variance in enumerate(self._variances):
            known = self._known_variance(exact_variance, nodes)
            unknown = tf.fill([count, size], tf.constant(np.nan, tf.float64))
            variances.append(unknown if known is None else by_lane(known, size)[:, lane])
        return Truth(by_lane(value), by_lane(gradient, size), tf.stack(variances, axis=1))

    def _known_variance(self, exact_variance: Any, nodes: Any) -> tf.Tensor | None:
        draw = self.signature.draw
        if exact_variance is None or nodes is None or draw.sampling != "independent":
            return None
        return exact_variance(nodes, draw.samples)

    def _picture(self, theta: tf.Tensor, grid: tf.Tensor, hot: Hot) -> Picture:
        return picture_of(self._trainer.problem(hot["cost"]), theta, grid)

    def look(self, theta: tf.Tensor, grid: np.ndarray, hot: Hot, seen: Picture | None) -> tuple[np.ndarray, Picture]:
        """A picture, and the grid it is on: `seen` where its grid was wide enough, else a new one on a wider grid."""
        picture = seen or self.picture(theta, tf.constant(grid), hot)
        wide = widened(grid, picture.span.numpy(), FAMILIES[self.signature.family])
        return (grid, picture) if wide is grid else (wide, self.picture(theta, tf.constant(wide), hot))

    def _look_inside(self, states: Any, theta: tf.Tensor, grid: tf.Tensor, hot: Hot) -> dict[str, Any]:
        """What the estimators that learn have learned by now, by lane."""
        problem = self._trainer.problem(hot["cost"])
        lanes = zip(states, tf.unstack(theta, num=len(self._variances)), strict=True)
        found = {}
        for index, (state, own) in enumerate(lanes):
            learned, parameters = self._learned[index], problem.unpack(own)
            if learned is not None:
                numbers = learned.numbers(problem, state, parameters)
                # What is held against a vector's cost is no function of one number.
                curve = tf.zeros([0]) if problem.family.vector else learned.curve(problem, state, parameters, grid)
                found[str(index)] = (curve, numbers)
        return found

    def inside(self, states: Any, theta: tf.Tensor, grid: np.ndarray, hot: Hot) -> tuple[Held | None, ...]:
        """What each estimator holds against f, on a grid, and the numbers that it has learned; None for most."""
        if not any(self._learned.values()):
            return (None,) * len(self._variances)
        found = self._inside(states, theta, tf.constant(grid), hot)
        return tuple(
            None
            if learned is None
            else Held(found[str(i)][0].numpy(), {name: float(value) for name, value in found[str(i)][1].items()})
            for i, learned in self._learned.items()
        )

    def _landscape(self, theta: tf.Tensor, cost: Mapping[str, Any]) -> tf.Tensor:
        """E[f] at each of n parameter vectors: [n, P] → [n]."""
        return exact.expected_cost(self._problem64(cost), tf.cast(theta, tf.float64))

    def _slope(self, theta: tf.Tensor, cost: Mapping[str, Any]) -> tf.Tensor:
        """∇E[f] at each of n parameter vectors: [n, P] → [n, P]."""
        return exact.gradient(self._problem64(cost), tf.cast(theta, tf.float64))


@functools.lru_cache(maxsize=32)
def observer_of(signature: Signature) -> Observer:
    """The shared observer of a signature."""
    return Observer(signature)
