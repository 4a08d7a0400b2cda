"""Sixteen rows: fewer than a mixture of full covariances has parameters."""

import numpy as np

from playground.data.mixtures import gaussian_mixture
from playground.dataset import Dataset

ROWS = 16
WEIGHTS = np.array([0.5, 0.5])
LOC = np.array([[-1.0, 0.0], [1.0, 0.5]])
COVARIANCE = np.array([[[0.6, 0.2], [0.2, 0.5]], [[0.5, -0.2], [-0.2, 0.4]]])


def make(rng: np.random.Generator) -> np.ndarray:
    """Draws of the mixture; [N, 2]."""
    return gaussian_mixture(rng, ROWS, WEIGHTS, LOC, COVARIANCE)


DATASET = Dataset(
    key="few_rows",
    label="Sixteen rows",
    story="Too few for many components: a covariance that sits on two or three rows shrinks until it is singular.",
    kind="plane",
    columns=("x", "y"),
    make=make,
    source="Simulated: a mixture of two correlated normal distributions.",
    order=12,
)
