"""The kinds of experiment, one for each page that trains. Each module defines one `EXPERIMENT`."""

import sys

from playground.experiment import Experiment
from playground.registry import discover

EXPERIMENTS: dict[str, Experiment] = discover(sys.modules[__name__], "EXPERIMENT")
