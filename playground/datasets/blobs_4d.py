"""Three correlated Gaussian blobs in four dimensions."""

import numpy as np

from playground.data.mixtures import gaussian_mixture
from playground.dataset import Dataset

ROWS = 4000
WEIGHTS = np.array([0.4, 0.35, 0.25])
LOC = np.array([[-2.0, 0.0, 1.0, 0.0], [2.0, 1.5, -1.0, 0.5], [0.5, -2.5, 0.0, -1.0]])
# Lower-triangular factors: their products are covariances without a proof.
SCALE_TRIL = np.array(
    [
        [[1.0, 0.0, 0.0, 0.0], [0.6, 0.8, 0.0, 0.0], [0.0, 0.3, 0.7, 0.0], [-0.4, 0.0, 0.2, 0.9]],
        [[0.8, 0.0, 0.0, 0.0], [-0.5, 0.6, 0.0, 0.0], [0.4, 0.0, 0.9, 0.0], [0.0, 0.5, -0.3, 0.6]],
        [[0.5, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0], [0.3, -0.6, 0.8, 0.0], [0.2, 0.0, 0.0, 1.1]],
    ]
)
COVARIANCE = SCALE_TRIL @ np.swapaxes(SCALE_TRIL, 1, 2)


def make(rng: np.random.Generator) -> np.ndarray:
    """Draws of the mixture; [N, 4]."""
    return gaussian_mixture(rng, ROWS, WEIGHTS, LOC, COVARIANCE)


DATASET = Dataset(
    key="blobs_4d",
    label="Gaussian blobs in 4-D",
    story="Three ellipsoids that overlap in every pair of axes and yet come apart in all four together.",
    kind="plane",
    columns=("a", "b", "c", "d"),
    make=make,
    source="Simulated: a mixture of three correlated normal distributions in four dimensions.",
    order=7,
)
