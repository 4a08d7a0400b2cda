"""Models made of probabilistic layers, one file each. Each module defines one `MODEL`."""

import sys

from playground.layers.model import LayersModel
from playground.registry import discover

MODELS: dict[str, LayersModel] = discover(sys.modules[__name__], "MODEL")
