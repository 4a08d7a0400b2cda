"""Points and weights that integrate over where rows live: all counts, angles, cells of a plane or of a simplex."""

from typing import NamedTuple

import numpy as np

from playground.target import Target

SIDE = 101
ANGLES = 400
SIMPLEX_SIDE = 80
TAIL = 3  # a count without an upper end may be this much larger than what is shown of the target


class Grid(NamedTuple):
    """Σ weights · f(points) is the integral, or the sum, of f.

    Attributes:
      points: [G, D], float32.
      weights: [G], float32.
    """

    points: np.ndarray
    weights: np.ndarray


def grid_of(target: Target, total_count: int | None = None) -> Grid | None:
    """A grid over what a target's window shows, or None where it has too many dimensions for one.

    Args:
      target: What is integrated.
      total_count: For counts with an upper end, that end.
    """
    if target.kind == "circle":
        angles = -np.pi + 2 * np.pi * (np.arange(ANGLES) + 0.5) / ANGLES
        return _grid(angles[:, None], 2 * np.pi / ANGLES)
    if target.kind == "counts":
        last = TAIL * int(target.window[0][1]) if total_count is None else total_count
        return _grid(np.arange(last + 1.0)[:, None], 1.0)
    if target.kind == "simplex":
        return simplex(SIMPLEX_SIDE) if target.event_size == 3 else None
    if target.event_size != 2:
        return None
    # Midpoints: for a smooth density that vanishes at the edges as exact as any rule of as many points.
    axes = [low + (high - low) * (np.arange(SIDE) + 0.5) / SIDE for low, high in target.window]
    area = float(np.prod([(high - low) / SIDE for low, high in target.window]))
    return _grid(np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 2), area)


def simplex(side: int) -> Grid:
    """side² points of three positive numbers that sum to 1, crowded towards the edges, where densities may be infinite.

    Densities on a simplex are, as in TFP, with respect to the first two elements, so that all weights sum to ½. Both
    coordinates, the first element and the second's share of the rest, are bent by u ↦ ∫ 140 t³ (1 − t)³ dt: a density
    that grows as x^(a − 1) becomes u^(4a − 1), smooth enough for midpoints.
    """
    middle = (np.arange(side) + 0.5) / side
    slope = 140.0 * (middle * (1.0 - middle)) ** 3
    bent = middle**4 * (35.0 - 84.0 * middle + 70.0 * middle**2 - 20.0 * middle**3)
    first, share = np.meshgrid(bent, bent, indexing="ij")
    rest, other = np.meshgrid(bent[::-1], bent[::-1], indexing="ij")  # 1 − each of them, with all digits
    points = np.stack([first, rest * share, rest * other], axis=-1).reshape(-1, 3)
    weights = np.outer(slope, slope) * rest / side**2
    return Grid(points.astype(np.float32), weights.ravel().astype(np.float32))


def _grid(points: np.ndarray, weight: float) -> Grid:
    return Grid(points.astype(np.float32), np.full(len(points), weight, np.float32))
