"""The approximations q. Each module defines one `APPROXIMATION`; adding one touches nothing else."""

import sys

from playground.inference.approximation import Approximation
from playground.registry import discover

APPROXIMATIONS: dict[str, Approximation] = discover(sys.modules[__name__], "APPROXIMATION")
