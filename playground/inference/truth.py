"""What is drawn beside the estimates: the exact ELBO, exact gradients, densities. Quadrature in float64, compiled."""

import functools
from collections.abc import Sequence

import numpy as np
import tensorflow as tf

from playground.inference import exact
from playground.inference.approximation import Surrogate
from playground.inference.evidence import evidence_given
from playground.inference.nodes import noise_grid
from playground.points import MOST, Points
from playground.target import Target

# Fewer nodes than for a reference: errors of some 1e-3 nats are not seen in a chart. A flow that is torn between two
# modes is nearly a step, and errs by up to 0.03 nats; seven times as many nodes would leave a third of that.
NOISE = ((37, 6.0, 1e-9), (37, 6.0, 1e-9), (17, 5.95, 1.5e-8))
"""By the number of elements: nodes an axis, how far they reach, and the least weight of a node."""
TARGET_PER_AXIS = 81
SIDES = {1: 201, 2: 61}
MOST_FLOATS = 2**23


class Truth:
    """The exact values of one target and approximation.

    Args:
      target, surrogate: What is approximated, and by what.
      goals: What each lane's gradient estimates, see `playground.inference.objective.GOALS`.

    Attributes:
      grid: What densities are drawn on, [G, D] over the target's window, the last element varying fastest.
    """

    def __init__(self, target: Target, surrogate: Surrogate, goals: Sequence[str]) -> None:
        self._target, self._surrogate, self._goals = target, surrogate, goals
        per_axis, reach, least = NOISE[target.event_size - 1]
        noise, weights = noise_grid(target.event_size, per_axis, reach)
        kept = weights > least
        self._weights = weights[kept] / weights[kept].sum()
        # What was left out would have added to the variance: a variance of exactly 1 makes up for nearly all of it.
        self._noise = noise[kept] / np.sqrt(self._weights @ noise[kept] ** 2)
        if "forward" in goals:
            self._z, self._share, log_evidence = exact.target_nodes(target, TARGET_PER_AXIS)
            self._log_p = target.log_prob(tf.constant(self._z)).numpy() - log_evidence
        self.grid = _grid(target)
        # At each node of the noise a density with data looks at all of them, for each component of a mixture.
        copies = surrogate.sizes.components if surrogate.approximation.needs_components else 1
        self._each = MOST * copies if target.given is not None else 0

    @property
    def most_rows(self) -> int:
        """How many rows fit into memory at once."""
        lanes, size = len(self._goals), len(self._surrogate.names)
        nodes = len(self._noise) + (len(self._z) if "forward" in self._goals else 0)
        return max(1, MOST_FLOATS // (lanes * nodes * max(size, self._each)))

    def of(
        self, phi: tf.Tensor, tempering: tf.Tensor, show: tf.Tensor, target: Target | None = None
    ) -> dict[str, tf.Tensor]:
        """The exact values of recorded steps.

        Args:
          phi: [n, E, P].
          tempering: [n].
          show: Which two elements of φ to give the gradient of, [2].
          target: The same target with its data of now.

        Returns:
          "elbo" [n, E], untempered; "exact_gradient" [n, E, 2], of each lane's own loss at its tempering, NaN where a
          bound of several samples has none; "forward_kl" [n, E], NaN unless a lane's goal is "forward".
        """
        lanes = len(self._goals)

        def nothing() -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
            return tf.zeros([0, lanes]), tf.zeros([0, lanes, 2]), tf.zeros([0, lanes])

        elbo, gradient, forward = tf.cond(
            tf.shape(phi)[0] > 0, lambda: self._values(target or self._target, phi, tempering, show), nothing
        )
        return {"elbo": elbo, "exact_gradient": gradient, "forward_kl": forward}

    def _values(
        self, target: Target, phi: tf.Tensor, tempering: tf.Tensor, show: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        lanes, size = len(self._goals), len(self._surrogate.names)
        flat = tf.reshape(tf.cast(phi, tf.float64), [-1, size])
        beta = tf.repeat(tf.cast(tempering, tf.float64), lanes)[:, tf.newaxis]
        noise, weights = tf.constant(self._noise), tf.constant(self._weights)

        def elbo(beta: tf.Tensor | float) -> tf.Tensor:
            return exact.elbo_at(target, self._surrogate, flat, noise, weights, beta)

        with tf.GradientTape() as tape:
            tape.watch(flat)
            bent = elbo(beta)
        slopes = {"elbo": -tape.gradient(bent, flat)}
        slopes["iwae"] = tf.fill(tf.shape(flat), tf.constant(np.nan, tf.float64))
        value = tf.cond(tf.reduce_all(tf.equal(beta, 1.0)), lambda: bent, lambda: elbo(1.0))
        forward = tf.fill(tf.shape(value), tf.constant(np.nan, tf.float64))
        if "forward" in self._goals:
            forward, slopes["forward"] = self._forward(flat)
        by_goal = {goal: tf.reshape(slope, [-1, lanes, size]) for goal, slope in slopes.items()}
        own = tf.stack([by_goal[goal][:, lane] for lane, goal in enumerate(self._goals)], axis=1)
        shown = tf.gather(own, show, axis=-1)
        both = (tf.cast(tf.reshape(part, [-1, lanes]), tf.float32) for part in (value, forward))
        return next(both), tf.cast(shown, tf.float32), next(both)

    def _forward(self, flat: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """KL(p ‖ q) [n · E] and its gradient [n · E, P]."""
        with tf.GradientTape() as tape:
            tape.watch(flat)
            cross = -exact.forward_at(self._surrogate, flat, tf.constant(self._z), tf.constant(self._share))
        return cross + float(np.sum(self._share * self._log_p)), tape.gradient(cross, flat)

    def picture(self, phi: tf.Tensor) -> tf.Tensor:
        """log q on the grid, [E, P] → [E, G]."""
        grid = tf.constant(self.grid, phi.dtype)
        return self._surrogate.log_prob(phi, tf.tile(grid[tf.newaxis], [phi.shape[0], 1, 1]))


@functools.lru_cache(maxsize=32)
def target_picture(target: Target) -> tuple[tuple[np.ndarray, ...], np.ndarray]:
    """The axes of the grid, and the normalised log density of a target on it [G]; none where it has too many axes."""
    if target.event_size not in SIDES:
        return (), np.zeros(0)
    side = SIDES[target.event_size]
    axes = tuple(np.linspace(low, high, side) for low, high in target.window)
    log_p = target.log_prob(tf.constant(_grid(target))).numpy() - evidence_of(target)
    for array in (*axes, log_p):
        array.flags.writeable = False
    return axes, log_p


def _grid(target: Target) -> np.ndarray:
    """What densities are drawn on: [G, D], no rows where there are too many axes to draw."""
    return target.grid(SIDES[target.event_size]) if target.event_size in SIDES else np.zeros((0, target.event_size))


def evidence_of(target: Target, points: Points = ()) -> float:
    """The log evidence: in closed form where there is one, else by quadrature; of a target with data, given these."""
    if target.given is not None:
        return evidence_given(target, points)
    return exact.log_evidence(target) if target.log_evidence is None else target.log_evidence
