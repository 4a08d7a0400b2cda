"""Directions with two modes, one of them across the seam of the circle."""

import numpy as np

from playground.dataset import Dataset

ROWS = 3000
WEIGHTS = np.array([0.65, 0.35])
LOC = np.array([2.9, 0.3])
CONCENTRATION = np.array([4.0, 8.0])


def make(rng: np.random.Generator) -> np.ndarray:
    """Draws of a mixture of two von Mises distributions, in radians within (−π, π]; [N, 1]."""
    mode = rng.choice(len(WEIGHTS), size=ROWS, p=WEIGHTS)
    angle = rng.vonmises(LOC[mode], CONCENTRATION[mode])
    # NumPy promises [−π, π]; the two ends are one direction.
    return np.where(angle <= -np.pi, np.pi, angle)[:, None]


DATASET = Dataset(
    key="directions",
    label="Directions",
    story="Two prevailing directions, one of them at ±π: to a line it looks like two clusters, to a circle it is one.",
    kind="circle",
    columns=("angle",),
    make=make,
    source="Simulated: a mixture of two von Mises distributions, in radians.",
    order=10,
)
