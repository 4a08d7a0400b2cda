"""The estimators. Each module defines one `ESTIMATOR`; adding one touches nothing else."""

import sys

from playground.estimator import Estimator
from playground.registry import discover

ESTIMATORS: dict[str, Estimator] = discover(sys.modules[__name__], "ESTIMATOR")
