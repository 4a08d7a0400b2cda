"""Exact bounds and their gradients, without a sample: quadrature in float64.

E_q runs over nodes that move with φ, so that the derivative of the sum is that of the expectation; E_p over a grid
around the target. The functions that end in `_at` are single sums that may be called inside a `tf.function`; the others
refine them until two agree.
"""

import functools
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf

from playground.inference.approximation import Surrogate
from playground.inference.nodes import noise_grid, target_grid
from playground.inference.objective import mean_weight, tempered
from playground.target import Target

AGREEMENT = 1e-9  # Difference of two quadratures, in nats, at which no more nodes are tried.
NOISE_PER_AXIS = ((37, 73, 145, 289), (37, 73, 145, 289), (25, 37, 49))  # By the number of elements.
PAIRS_PER_AXIS = ((73, 145), (21, 29, 41), (9, 11, 13, 15))  # Pairs of nodes soon fill the memory,
PAIRS_REACH = (9.0, 5.5, 5.0)
MOST_PAIRS = 12_000_000  # so that finer rules are left out where there are more than these.
TARGET_PER_AXIS = (161, 321, 641)


class Reference(NamedTuple):
    """The exact values at one φ.

    Attributes:
      bound: In nats.
      gradient: Of the bound with respect to φ, [P]; minus it is the mean of an objective's `gradients`.
      error: How far the last two quadratures were apart, at most, in bound and gradient.
    """

    bound: float
    gradient: np.ndarray
    error: float


def elbo_at(
    target: Target, surrogate: Surrogate, phi: tf.Tensor, noise: tf.Tensor, weights: tf.Tensor, tempering: Any = 1.0
) -> tf.Tensor:
    """E_q[log p − log q] at each φ [..., P] → [...].

    Args:
      target, surrogate, phi: The problem; φ in float64.
      noise, weights: Of `playground.inference.nodes.noise_grid`.
      tempering: Of log p, broadcastable to [..., 1].
    """
    z, weight = surrogate.nodes(phi, noise, weights)
    return tf.reduce_sum(weight * (tempered(target, z, tempering) - surrogate.log_prob(phi, z)), axis=-1)


def forward_at(surrogate: Surrogate, phi: tf.Tensor, z: tf.Tensor, share: tf.Tensor) -> tf.Tensor:
    """E_p[log q] at each φ [..., P] → [...], from nodes z [N, D] and their shares of the target's mass [N]."""
    batch = tf.concat([tf.shape(phi)[:-1], tf.shape(z)], axis=0)
    return tf.reduce_sum(share * surrogate.log_prob(phi, tf.broadcast_to(z, batch)), axis=-1)


def target_nodes(target: Target, per_axis: int) -> tuple[np.ndarray, np.ndarray, float]:
    """Nodes z [N, D] where a target has mass, their shares of it [N], and its log evidence."""
    z, log_measure = target_grid(target, per_axis)
    log_mass = target.log_prob(tf.constant(z)).numpy() + log_measure
    top = log_mass.max()
    mass = np.exp(log_mass - top)
    kept = mass > 1e-18
    return z[kept], mass[kept] / mass.sum(), float(np.log(mass.sum()) + top)


@functools.lru_cache(maxsize=32)
def log_evidence(target: Target) -> float:
    """log ∫ p(z) dz by quadrature, whether or not there is a closed form."""
    return _refined(target_nodes(target, per_axis)[2] for per_axis in TARGET_PER_AXIS)


def _refined(values: Iterable[float]) -> float:
    last = np.inf
    for value in values:
        if abs(value - last) < AGREEMENT:
            return value
        last = value
    return last


def elbo(target: Target, surrogate: Surrogate, phi: np.ndarray, tempering: float = 1.0) -> Reference:
    """E_q[log p − log q] at one φ [P]."""

    def quadrature(per_axis: int) -> Callable[[tf.Tensor], tf.Tensor]:
        noise, weights = (tf.constant(part) for part in noise_grid(target.event_size, per_axis))
        return lambda phi: elbo_at(target, surrogate, phi, noise, weights, tempering)

    return _reference(map(quadrature, NOISE_PER_AXIS[target.event_size - 1]), phi)


def iwae_bound(target: Target, surrogate: Surrogate, phi: np.ndarray) -> Reference:
    """E[log ½ (w₁ + w₂)] with w = p/q, the bound of two samples, at one φ [P]: a sum over all pairs of nodes."""
    size, nodes_each = target.event_size, _nodes_each(surrogate, phi)
    rules = PAIRS_PER_AXIS[size - 1]
    fitting = [per_axis for per_axis in rules if (nodes_each * per_axis**size) ** 2 <= MOST_PAIRS]

    def quadrature(per_axis: int) -> Callable[[tf.Tensor], tf.Tensor]:
        noise, weights = (tf.constant(part) for part in noise_grid(size, per_axis, PAIRS_REACH[size - 1]))

        def bound(phi: tf.Tensor) -> tf.Tensor:
            z, weight = surrogate.nodes(phi, noise, weights)
            log_weight = target.log_prob(z) - surrogate.log_prob(phi, z)
            pair = mean_weight(tf.stack(tf.meshgrid(log_weight, log_weight), axis=-1))
            return tf.reduce_sum(weight * tf.linalg.matvec(pair, weight))

        return bound

    return _reference(map(quadrature, fitting), phi)


def _nodes_each(surrogate: Surrogate, phi: np.ndarray) -> int:
    """How many nodes of q there are for one of the noise."""
    noise, weights = tf.zeros([1, surrogate.sizes.event_size], tf.float64), tf.ones([1], tf.float64)
    return surrogate.nodes(tf.constant(np.asarray(phi, np.float64)), noise, weights)[0].shape[0]


def forward(target: Target, surrogate: Surrogate, phi: np.ndarray) -> Reference:
    """E_p[log q] at one φ [P]: −KL(p ‖ q) but for the entropy of p, which does not depend on φ."""

    def quadrature(per_axis: int) -> Callable[[tf.Tensor], tf.Tensor]:
        z, share = (tf.constant(part) for part in target_nodes(target, per_axis)[:2])
        return lambda phi: forward_at(surrogate, phi, z, share)

    return _reference(map(quadrature, TARGET_PER_AXIS), phi)


def _reference(quadratures: Iterable[Callable[[tf.Tensor], tf.Tensor]], phi: np.ndarray) -> Reference:
    """Ever finer quadratures, until two agree."""
    at = tf.constant(np.asarray(phi, np.float64))
    last, error = None, np.inf
    for quadrature in quadratures:
        with tf.GradientTape() as tape:
            tape.watch(at)
            value = quadrature(at)
        both = np.append(tape.gradient(value, at).numpy(), value.numpy())
        error = np.inf if last is None else float(np.abs(both - last).max())
        last = both
        if error < AGREEMENT:
            break
    assert last is not None
    return Reference(float(last[-1]), last[:-1], error)
