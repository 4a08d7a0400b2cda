"""The published results. Each module defines one `REPRODUCTION`; adding one touches nothing else."""

import sys

from playground.registry import discover
from playground.reproduction.reproduction import Reproduction

REPRODUCTIONS: dict[str, Reproduction] = discover(sys.modules[__name__], "REPRODUCTION")
