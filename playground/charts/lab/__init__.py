"""The charts of the Variance lab."""

import sys

from playground.chart import Chart
from playground.registry import discover

CHARTS: dict[str, Chart] = discover(sys.modules[__name__], "CHART")
