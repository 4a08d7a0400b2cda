"""The families. Each module defines one `FAMILY`; adding one touches nothing else."""

import sys

from playground.problem import Family
from playground.registry import discover

FAMILIES: dict[str, Family] = discover(sys.modules[__name__], "FAMILY")
