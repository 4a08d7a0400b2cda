"""The log evidence of a target with data, for each set of points: quadrature around the mode, in float64.

In coordinates in which the curvature at the mode is 1, a log-concave posterior of a few elements is near a standard
Normal, so that few nodes do. They lie as t = S sinh u, dense in the middle and far out for a skew side.
"""

import functools

import numpy as np
import tensorflow as tf

from playground.points import Points, tensor_of
from playground.target import Target
from playground.training.compiled import Compiled

RULES = ((21, 10.0), (25, 10.0), (33, 12.0), (45, 13.0))  # Nodes an axis, and how many standard deviations they reach.
STRETCH = 3.0
AGREEMENT = 1e-6  # Of two rules, in nats.
MOST_NEWTON_STEPS = 50


@functools.lru_cache(maxsize=512)
def evidence_given(target: Target, points: Points) -> float:
    """log ∫ p(z, data) dz.

    Args:
      target: One whose density given points is log-concave.
      points: The data; none of them leaves the prior, whose evidence is 1.
    """
    slopes, log_prob = _compiled(target)
    data = tensor_of(points)
    mode, tril = _peak(slopes, log_prob, data, target.event_size)
    last = np.inf
    for per_axis, reach in RULES:
        t, log_weight = _rule(target.event_size, per_axis, reach)
        log_mass = log_prob(tf.constant(mode + t @ tril.T), data).numpy() + log_weight
        top = log_mass.max()
        value = float(top + np.log(np.exp(log_mass - top).sum()) + np.log(np.diag(tril)).sum())
        if abs(value - last) < AGREEMENT:
            break
        last = value
    return value


@functools.lru_cache(maxsize=8)
def _compiled(target: Target) -> tuple[Compiled, Compiled]:
    """(z [D], points) → gradient [D] and Hessian [D, D]; (z [N, D], points) → log p [N]."""

    def slopes(z: tf.Tensor, points: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        with tf.GradientTape() as outer:
            outer.watch(z)
            with tf.GradientTape() as inner:
                inner.watch(z)
                value = target.at(points).log_prob(z[tf.newaxis])[0]
            gradient = inner.gradient(value, z)
        return gradient, outer.jacobian(gradient, z)

    return Compiled(slopes), Compiled(lambda z, points: target.at(points).log_prob(z), free=(0,))


def _peak(slopes: Compiled, log_prob: Compiled, points: tf.Tensor, size: int) -> tuple[np.ndarray, np.ndarray]:
    """The mode [D] by Newton's steps, and the lower triangle L [D, D] with L Lᵀ the inverse of minus its Hessian."""
    z = np.zeros(size)
    for _ in range(MOST_NEWTON_STEPS):
        gradient, hessian = (part.numpy() for part in slopes(tf.constant(z), points))
        step = np.linalg.solve(-hessian, gradient)
        steps = z + step * 0.5 ** np.arange(20)[:, np.newaxis]
        z = steps[np.argmax(log_prob(tf.constant(steps), points).numpy())]  # a full step may go too far
        if np.abs(step).max() < 1e-6:
            break
    return z, np.linalg.cholesky(np.linalg.inv(-hessian))


@functools.lru_cache(maxsize=8)
def _rule(size: int, per_axis: int, reach: float) -> tuple[np.ndarray, np.ndarray]:
    """Nodes [N, D] and the logarithms of their weights [N] for an integral over all of space."""
    u = np.linspace(-1.0, 1.0, per_axis) * np.arcsinh(reach / STRETCH)
    t = np.stack(np.meshgrid(*[STRETCH * np.sinh(u)] * size, indexing="ij"), axis=-1).reshape(-1, size)
    logs = np.meshgrid(*[np.log(STRETCH * np.cosh(u) * (u[1] - u[0]))] * size, indexing="ij")
    # Beyond the reach in every direction, corners included, there is nothing.
    inside = np.linalg.norm(t, axis=-1) <= reach * 1.2
    return t[inside], np.sum(logs, axis=0).ravel()[inside]
