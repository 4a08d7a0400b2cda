"""The dark squares of a 4 × 4 board."""

import numpy as np

from playground.dataset import Dataset

ROWS = 4000
SIDE = 4


def make(rng: np.random.Generator) -> np.ndarray:
    """Uniform on the eight squares of side 1 whose row and column numbers add up to an even one; [N, 2]."""
    column = rng.integers(SIDE, size=ROWS)
    row = 2 * rng.integers(SIDE // 2, size=ROWS) + column % 2
    return np.stack([column, row], axis=1) + rng.uniform(size=(ROWS, 2)) - SIDE / 2


DATASET = Dataset(
    key="checkerboard",
    label="Checkerboard",
    story="Eight squares with sharp edges and holes between them: smooth densities leak into the holes.",
    kind="plane",
    columns=("x", "y"),
    make=make,
    source="Simulated: uniform on the eight dark squares of a 4 × 4 board around 0.",
    order=5,
)
