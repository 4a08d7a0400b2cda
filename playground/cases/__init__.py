"""The clinic's cases. Each module defines one `CASE`; adding one touches nothing else."""

import sys

from playground.clinic.case import Case
from playground.registry import discover

CASES: dict[str, Case] = discover(sys.modules[__name__], "CASE")
