"""Compiled steps of a fit: by maximum likelihood on minibatches of rows, or by reverse KL to a target density.

One graph serves all fits of a signature: rows enter as an argument of free length. A step's rows or points come from
the stateless seed (seed, step), so that pausing, stepping and speed never change a trajectory.
"""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf

from playground.fitting.grids import grid_of
from playground.fitting.learnable import Layout, Learnable, Sizes
from playground.fitting.reverse_kl import how_reverse_kl
from playground.target import Target
from playground.training.compiled import Compiled
from playground.training.loop import roll
from playground.training.optimizers import OPTIMIZERS

LONGEST_CHUNK = 512
MEMORY = 0.95  # of the running estimate of the gradient's variance: some twenty steps
LEAST_MASS = 0.99  # of q within the grid, for an integral over the grid to stand for one over everything


@dataclass(frozen=True)
class Signature:
    """All that shapes the compiled step; fits with equal signatures share it.

    Attributes:
      learnable, sizes: What is fitted.
      target: What reverse KL pulls to; None for maximum likelihood.
      batch: Rows of a step, 0 for all of them.
      samples: K, points of a step of reverse KL.
      optimizer: A key of `OPTIMIZERS`.
    """

    learnable: Learnable
    sizes: Sizes
    target: Target | None = None
    batch: int = 256
    samples: int = 64
    optimizer: str = "adam"


class State(NamedTuple):
    """Where a fit stands.

    Attributes:
      step: Steps done so far, int32 [].
      raw: All raw variables side by side, [P].
      optimizer: The optimiser's state, each [P].
      gradient: Of the step before, [P].
      spread: The running mean of ½ |g_t − g_{t−1}|² for each variable, [V].
    """

    step: tf.Tensor
    raw: tf.Tensor
    optimizer: Mapping[str, tf.Tensor]
    gradient: tf.Tensor
    spread: tf.Tensor


class Rows(NamedTuple):
    """The data of a fit by maximum likelihood; all three have no rows for reverse KL.

    Attributes:
      train: [N, D].
      train_view, holdout_view: The rows whose log-likelihood is recorded, [n, D] and [m, D].
    """

    train: tf.Tensor
    train_view: tf.Tensor
    holdout_view: tf.Tensor


class Fitter:
    """The compiled steps of one signature. Holds no state of any fit.

    A row of the history has `loss` (of the step's own minibatch or points), the gradient's `norm` [V] and `variance`
    [V] for each variable, and for likelihood `train` and `holdout` (negative log-likelihoods, nats a row), for reverse
    KL `objective` (E_q[log q − log p], by quadrature) and `gap` (KL(q ‖ p), 0 at best); NaN where unknown.

    The variance is von Neumann's, from successive differences: half the mean of |g_t − g_{t−1}|² over the last twenty
    steps or so. Gradients of neighbouring steps have nearly the same mean, so that the difference leaves twice their
    variance. It needs no second gradient a step; where all rows are taken it only shows how fast the mean moves.
    """

    def __init__(self, signature: Signature) -> None:
        self.signature = signature
        self.layout = Layout(signature.learnable, signature.sizes)
        self._optimizer = OPTIMIZERS[signature.optimizer]
        self._scalar = signature.learnable.kind in ("circle", "counts")
        lengths = self.layout.lengths
        self._members = tf.constant(np.repeat(np.eye(len(lengths)), lengths, axis=0), tf.float32)  # [P, V]
        self._grid: tuple[tf.Tensor, ...] | None = None
        self.log_evidence: float | None = None
        if signature.target is not None:
            self.way = how_reverse_kl(signature.learnable, signature.sizes)
            self._prepare(signature.target)
        self._step = tf.function(self._one_step, autograph=False)
        self.advance = Compiled(self._advance, free=(5,))
        self.distance = Compiled(self._distance)
        self.values = Compiled(self.layout.values)

    def _prepare(self, target: Target) -> None:
        """log p on the grid, once."""
        upper = self.signature.sizes.total_count if "total_count" in self._constants() else None
        grid = grid_of(target, upper)
        self.log_evidence = target.log_evidence
        if grid is not None:
            log_p = target.log_prob(tf.constant(grid.points))
            self._grid = (tf.constant(grid.points), tf.constant(grid.weights), log_p)
            if self.log_evidence is None:
                self.log_evidence = float(tf.reduce_logsumexp(log_p + tf.math.log(grid.weights)))

    def _constants(self) -> Mapping[str, Any]:
        return self.signature.learnable.constants(self.signature.sizes)

    def first_state(self, values: Mapping[str, np.ndarray]) -> State:
        """At constrained values."""
        raw = self.layout.flatten(values)
        spread = tf.zeros([len(self.layout.lengths)])
        return State(tf.constant(0), raw, self._optimizer.init(raw), tf.zeros_like(raw), spread)

    def loss(self, raw: tf.Tensor, seed: tf.Tensor, rows: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """(What is differentiated, what it is an estimate for), both []."""
        values = self.layout.values(raw)
        target = self.signature.target
        if target is not None:

            def log_prob(points: tf.Tensor) -> tf.Tensor:
                return target.log_prob(points[..., tf.newaxis] if self._scalar else points)

            return self.way.surrogate(self.layout.distribution(values), log_prob, self.signature.samples, seed)
        if self.signature.batch:
            index = tf.random.stateless_uniform([self.signature.batch], seed, 0, tf.shape(rows)[0], tf.int32)
            rows = tf.gather(rows, index)
        loss = -tf.reduce_mean(self.layout.log_prob(values, rows))
        return loss, loss

    def _one_step(
        self, state: State, seed: tf.Tensor, learning_rate: tf.Tensor, rows: tf.Tensor
    ) -> tuple[State, dict[str, tf.Tensor], tuple[tf.Tensor, tf.Tensor]]:
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(state.raw)
            surrogate, loss = self.loss(state.raw, tf.stack([seed, state.step]), rows)
        gradient = tape.gradient(surrogate, state.raw)
        difference = gradient - state.gradient
        squares = tf.square(tf.stack([gradient, difference])) @ self._members  # [2, V]
        count = tf.cast(state.step, tf.float32)
        # There is no difference at the first step; from the second on the running mean starts at 0, and is corrected.
        spread = tf.where(state.step > 0, MEMORY * state.spread + (1.0 - MEMORY) * 0.5 * squares[1], state.spread)
        norm, variance = tf.sqrt(squares[0]), spread / (1.0 - MEMORY**count)  # 0 / 0 at the first: unknown
        change, optimizer = self._optimizer.update(gradient, state.optimizer, learning_rate, state.step)
        row = {"loss": loss, "norm": norm, "variance": variance, "raw": state.raw}
        return State(state.step + 1, state.raw - change, optimizer, gradient, spread), row, (norm, variance)

    def _advance(
        self,
        state: State,
        seed: tf.Tensor,
        steps: tf.Tensor,
        stride: tf.Tensor,
        learning_rate: tf.Tensor,
        rows: Rows,
    ) -> tuple[State, dict[str, tf.Tensor], tuple[tf.Tensor, tf.Tensor]]:
        """`steps` ≥ 1 steps → (state, the rows of those that are multiples of `stride`, last norm and variance)."""
        names = ("loss", "norm", "variance", "raw")
        state, columns, shown = roll(
            lambda state: self._step(state, seed, learning_rate, rows.train), state, names, steps, stride
        )
        return state, columns | self._measured(columns.pop("raw"), rows), shown

    def _measured(self, raw: tf.Tensor, rows: Rows) -> dict[str, tf.Tensor]:
        """Of the kept rows [n, P]: how good each is."""

        def measure(one: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            return self._likelihoods(one, rows) if self.signature.target is None else self._distance(one)

        first, second = tf.map_fn(measure, raw, fn_output_signature=(tf.float32, tf.float32))
        names = ("train", "holdout") if self.signature.target is None else ("objective", "gap")
        return dict(zip(names, (first, second), strict=True))

    def _likelihoods(self, raw: tf.Tensor, rows: Rows) -> tuple[tf.Tensor, tf.Tensor]:
        both = tf.concat([rows.train_view, rows.holdout_view], axis=0)
        loss = -self.layout.log_prob(self.layout.values(raw), both)
        count = tf.shape(rows.train_view)[0]
        return tf.reduce_mean(loss[:count]), tf.reduce_mean(loss[count:])  # the mean of nothing is NaN

    def _distance(self, raw: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        unknown = tf.constant(np.nan, tf.float32)
        if self._grid is None:
            return unknown, unknown
        points, weights, log_p = self._grid
        log_q = self.layout.log_prob(self.layout.values(raw), points)
        q = weights * tf.exp(log_q)
        mass = tf.reduce_sum(q)
        objective = tf.reduce_sum(tf.math.multiply_no_nan(log_q - log_p, q)) / mass
        held = tf.abs(mass - 1.0) < 1.0 - LEAST_MASS
        objective = tf.where(held, objective, unknown)
        return objective, objective + self.log_evidence


@functools.lru_cache(maxsize=64)
def fitter_of(signature: Signature) -> Fitter:
    """The shared fitter of a signature. Bounded: a visitor who tries many sizes does not fill the memory."""
    return Fitter(signature)
