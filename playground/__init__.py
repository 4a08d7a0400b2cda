"""The Gradient Playground: how does a gradient get through a random sample?

Nothing in this package but `live/board.py` and `ui/` knows a screen. TensorFlow is imported with its start-up chatter
turned off: a learner's terminal and the machine-readable command line stay clean.
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
