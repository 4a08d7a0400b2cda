"""Two interleaved half circles."""

import numpy as np

from playground.dataset import Dataset

ROWS = 2000
NOISE = 0.08
SHIFT = (1.0, 0.5)


def make(rng: np.random.Generator) -> np.ndarray:
    """Half of the rows on the upper half of the unit circle, half on the same turned over and shifted; [N, 2]."""
    angle = rng.uniform(0.0, np.pi, ROWS)
    arc = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    turned = np.arange(ROWS) % 2 == 1
    arc[turned] = np.array(SHIFT) - arc[turned]
    return arc + NOISE * rng.standard_normal((ROWS, 2))


DATASET = Dataset(
    key="moons",
    label="Two moons",
    story="Two bent clusters that no two ellipses fit: watch components share an arc, or a flow bend.",
    kind="plane",
    columns=("x", "y"),
    make=make,
    source=f"Simulated: two half circles of radius 1, the second turned over and moved by {SHIFT}, with normal noise "
    f"of standard deviation {NOISE}.",
    order=1,
)
