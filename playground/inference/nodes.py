"""Nodes and weights in the plane: for standard Normal noise, and for a target's density."""

import functools

import numpy as np

from playground.target import Target

REACH = 9.0  # Standard deviations; beyond lies a share of 1e-18, and what grows as exp(z) is still held.
PER_AXIS = (73, 73, 33)  # By the number of elements.
STRETCH = 4.0  # A grid over a target is finest within half its window divided by this,
BEYOND = 20.0  # and reaches this many halves of it.


@functools.lru_cache(maxsize=32)
def noise_grid(event_size: int, per_axis: int = 0, reach: float = REACH) -> tuple[np.ndarray, np.ndarray]:
    """The trapezoidal rule for N(0, I), which for smooth functions errs by exp(−c per_axis): [N, D], [N], float64.

    As many nodes an axis as `PER_AXIS` says, unless told otherwise. The weights sum to 1; nodes of a weight below
    1e-22 are left out.
    """
    axis = np.linspace(-reach, reach, per_axis or PER_AXIS[event_size - 1])
    noise = np.stack(np.meshgrid(*[axis] * event_size, indexing="ij"), axis=-1).reshape(-1, event_size)
    weights = np.exp(-0.5 * np.sum(noise**2, axis=-1))
    kept = weights > 1e-22
    noise, weights = noise[kept], weights[kept] / weights.sum()
    noise.flags.writeable = weights.flags.writeable = False
    return noise, weights


@functools.lru_cache(maxsize=32)
def _stretched(low: float, high: float, per_axis: int) -> tuple[np.ndarray, np.ndarray]:
    """One axis as x = centre + L sinh t: dense in the window, and far beyond it for what has tails."""
    length = 0.5 * (high - low) / STRETCH
    t = np.linspace(-1.0, 1.0, per_axis) * np.arcsinh(BEYOND * STRETCH)
    return 0.5 * (low + high) + length * np.sinh(t), length * np.cosh(t) * (t[1] - t[0])


def target_grid(target: Target, per_axis: int) -> tuple[np.ndarray, np.ndarray]:
    """A rule for ∫ dz around a target: z [N, D] and log weights [N], float64."""
    axes = [_stretched(low, high, per_axis) for low, high in target.window]
    z = np.stack(np.meshgrid(*[x for x, _ in axes], indexing="ij"), axis=-1).reshape(-1, target.event_size)
    logs = np.meshgrid(*[np.log(weight) for _, weight in axes], indexing="ij")
    return z, np.sum(logs, axis=0).ravel()
