"""Two clusters with heavy tails."""

import numpy as np

from playground.data.mixtures import student_t_mixture
from playground.dataset import Dataset

ROWS = 3000
DF = 2.5
WEIGHTS = np.array([0.6, 0.4])
LOC = np.array([[-3.0, 0.0], [3.0, 1.0]])
SQUARED_SCALE = np.array([[[0.6, 0.3], [0.3, 0.5]], [[0.4, -0.2], [-0.2, 0.8]]])


def make(rng: np.random.Generator) -> np.ndarray:
    """Draws of the mixture; [N, 2]."""
    return student_t_mixture(rng, ROWS, WEIGHTS, DF, LOC, SQUARED_SCALE)


DATASET = Dataset(
    key="outliers",
    label="Outliers",
    story="Two clusters and rows far away from both: normal components swell to reach them, Student-t ones do not.",
    kind="plane",
    columns=("x", "y"),
    make=make,
    source=f"Simulated: a mixture of two Student-t distributions with {DF} degrees of freedom.",
    order=6,
)
