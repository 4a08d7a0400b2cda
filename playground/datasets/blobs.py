"""Three correlated Gaussian blobs, whose parameters a fit should find again."""

import numpy as np

from playground.data.mixtures import gaussian_mixture
from playground.dataset import Dataset

ROWS = 10_000
WEIGHTS = np.array([0.5, 0.3, 0.2])
LOC = np.array([[-2.0, 0.0], [2.0, 2.0], [1.5, -2.5]])
COVARIANCE = np.array([[[1.0, 0.7], [0.7, 1.0]], [[0.8, -0.5], [-0.5, 0.6]], [[0.3, 0.0], [0.0, 1.2]]])


def make(rng: np.random.Generator) -> np.ndarray:
    """Draws of the mixture; [N, 2]."""
    return gaussian_mixture(rng, ROWS, WEIGHTS, LOC, COVARIANCE)


DATASET = Dataset(
    key="blobs",
    label="Gaussian blobs",
    story="Three tilted ellipses of weights 0.5, 0.3 and 0.2: three full-covariance components fit them exactly.",
    kind="plane",
    columns=("x", "y"),
    make=make,
    source="Simulated: a mixture of three correlated normal distributions.",
    order=0,
)
