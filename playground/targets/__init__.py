"""Densities to approximate. Each module defines one `TARGET`; adding one touches nothing else."""

import sys

from playground.registry import discover
from playground.target import Target

TARGETS: dict[str, Target] = discover(sys.modules[__name__], "TARGET")
