"""Two arms of a spiral."""

import numpy as np

from playground.dataset import Dataset

ROWS = 3000
NOISE = 0.05
TURNS = (0.25, 1.5)


def make(rng: np.random.Generator) -> np.ndarray:
    """Two Archimedean arms, radius = turns, evenly thick along their lengths; [N, 2]."""
    low, high = TURNS
    # The square root makes the density along the arm even: a turn at twice the radius is twice as long.
    turns = np.sqrt(rng.uniform(low**2, high**2, ROWS))
    angle = 2.0 * np.pi * turns + np.pi * (np.arange(ROWS) % 2)
    arm = turns[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return arm + NOISE * rng.standard_normal((ROWS, 2))


DATASET = Dataset(
    key="spiral",
    label="Spiral",
    story="Two thin arms wound around each other: a mixture needs many components, a flow many layers.",
    kind="plane",
    columns=("x", "y"),
    make=make,
    source=f"Simulated: two Archimedean arms from {TURNS[0]} to {TURNS[1]} turns, with normal noise of standard "
    f"deviation {NOISE}.",
    order=2,
)
