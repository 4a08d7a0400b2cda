"""The charts of the Layers page."""

import sys

from playground.chart import Chart
from playground.registry import discover

CHARTS: dict[str, Chart] = discover(sys.modules[__name__], "CHART")
