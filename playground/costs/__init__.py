"""The costs. Each module defines one `COST`; adding one touches nothing else."""

import sys

from playground.problem import Cost
from playground.registry import discover

COSTS: dict[str, Cost] = discover(sys.modules[__name__], "COST")
