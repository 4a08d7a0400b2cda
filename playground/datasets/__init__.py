"""Built-in data sets. Each module defines one `DATASET`; adding one touches nothing else."""

import sys

from playground.dataset import Dataset
from playground.registry import discover

DATASETS: dict[str, Dataset] = discover(sys.modules[__name__], "DATASET")
