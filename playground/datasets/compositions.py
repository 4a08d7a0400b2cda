"""Shares of a whole."""

import numpy as np

from playground.dataset import Dataset

ROWS = 2000
CONCENTRATION = np.array([2.0, 5.0, 3.0])


def make(rng: np.random.Generator) -> np.ndarray:
    """Draws of a Dirichlet distribution; [N, 3], each row positive with sum 1."""
    return rng.dirichlet(CONCENTRATION, size=ROWS)


DATASET = Dataset(
    key="compositions",
    label="Compositions",
    story="Three shares that add up to 1: where one grows, the others have to shrink.",
    kind="simplex",
    columns=("first", "second", "third"),
    make=make,
    source="Simulated: Dirichlet with concentrations 2, 5 and 3.",
    order=11,
)
