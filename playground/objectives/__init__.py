"""The variational objectives. Each module defines one `OBJECTIVE`; adding one touches nothing else."""

import sys

from playground.inference.objective import Objective
from playground.registry import discover

OBJECTIVES: dict[str, Objective] = discover(sys.modules[__name__], "OBJECTIVE")
