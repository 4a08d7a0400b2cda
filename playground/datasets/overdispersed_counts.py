"""Counts that vary more than a Poisson distribution allows."""

import numpy as np

from playground.dataset import Dataset

ROWS = 3000
TOTAL_COUNT = 3.0
PROBS = 0.6


def make(rng: np.random.Generator) -> np.ndarray:
    """Draws of a negative binomial with mean 4.5 and variance 11.25; [N, 1].

    `PROBS` is TFP's: of one more success before `TOTAL_COUNT` failures. NumPy counts the failures.
    """
    return rng.negative_binomial(TOTAL_COUNT, 1.0 - PROBS, size=(ROWS, 1)).astype(np.float64)


DATASET = Dataset(
    key="overdispersed_counts",
    label="Overdispersed counts",
    story="Their variance is two and a half times their mean, where a Poisson distribution has the two equal.",
    kind="counts",
    columns=("count",),
    make=make,
    source=f"Simulated: negative binomial, {TOTAL_COUNT:g} failures, success probability {PROBS}.",
    order=8,
)
