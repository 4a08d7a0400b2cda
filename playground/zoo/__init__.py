"""The learnable distributions. Each module defines one `LEARNABLE`; adding one touches nothing else."""

import sys

from playground.fitting.learnable import Learnable
from playground.registry import discover

ZOO: dict[str, Learnable] = discover(sys.modules[__name__], "LEARNABLE")
