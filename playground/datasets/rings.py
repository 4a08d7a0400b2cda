"""Two rings around one centre."""

import numpy as np

from playground.dataset import Dataset

ROWS = 3000
RADII = (1.0, 2.5)
SHARE_INSIDE = 0.3
NOISE = 0.1


def make(rng: np.random.Generator) -> np.ndarray:
    """A ring inside a ring; [N, 2]."""
    inner, outer = RADII
    radius = np.where(rng.uniform(size=ROWS) < SHARE_INSIDE, inner, outer) + NOISE * rng.standard_normal(ROWS)
    angle = rng.uniform(-np.pi, np.pi, ROWS)
    return radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)


DATASET = Dataset(
    key="rings",
    label="Rings",
    story="One ring inside another: their common mean lies where no row does.",
    kind="plane",
    columns=("x", "y"),
    make=make,
    source=f"Simulated: radii {RADII[0]} (share {SHARE_INSIDE}) and {RADII[1]}, with normal noise of standard "
    f"deviation {NOISE} on the radius.",
    order=3,
)
