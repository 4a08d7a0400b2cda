"""The Old Faithful geyser: how long it erupts, and how long one waits for the next time."""

from pathlib import Path

import numpy as np

from playground.dataset import Dataset

FILE = Path(__file__).with_suffix(".csv")


def make(rng: np.random.Generator) -> np.ndarray:
    """The 272 rows of `old_faithful.csv`, in minutes; [272, 2]. Nothing about them is random."""
    return np.loadtxt(FILE, delimiter=",", skiprows=1)


DATASET = Dataset(
    key="old_faithful",
    label="Old Faithful",
    story="Short eruptions are followed by short waits, long ones by long waits: two clusters, in minutes.",
    kind="plane",
    columns=("eruptions", "waiting"),
    make=make,
    source="Azzalini and Bowman, A look at some data on the Old Faithful geyser, Applied Statistics 39 (1990), "
    "357–365, in the version of R's data set `faithful`: 272 eruptions, Yellowstone National Park.",
    order=4,
)
