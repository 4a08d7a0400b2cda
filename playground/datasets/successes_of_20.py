"""Successes of twenty trials whose chance differs from row to row."""

import numpy as np

from playground.dataset import Dataset

ROWS = 3000
TRIALS = 20
CONCENTRATION1 = 2.0
CONCENTRATION0 = 5.0


def make(rng: np.random.Generator) -> np.ndarray:
    """Draws of a beta-binomial with mean 40/7; [N, 1]."""
    chance = rng.beta(CONCENTRATION1, CONCENTRATION0, size=(ROWS, 1))
    return rng.binomial(TRIALS, chance).astype(np.float64)


DATASET = Dataset(
    key="successes_of_20",
    label="Successes of 20",
    story="Each row has its own chance of success: the counts spread far wider than a binomial's.",
    kind="counts",
    columns=("successes",),
    make=make,
    source=f"Simulated: {TRIALS} trials a row, the chance drawn from Beta({CONCENTRATION1:g}, {CONCENTRATION0:g}).",
    total_count=TRIALS,
    order=9,
)
