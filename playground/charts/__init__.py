"""The charts of the Play page. Each module defines one `CHART`; adding one touches nothing else."""

import sys

from playground.chart import Chart
from playground.registry import discover

CHARTS: dict[str, Chart] = discover(sys.modules[__name__], "CHART")
