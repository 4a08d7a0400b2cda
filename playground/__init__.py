"""The Gradient Playground: how does a gradient get through a random sample?

Nothing in this package but `live/board.py` and `ui/` knows a screen. What TensorFlow is told before it is imported is
told here.
"""

import os

# No start-up chatter: a learner's terminal and the machine-readable command line stay clean.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# One thread for one operation: those of a step are too small to be shared out. The engine makes a quarter more steps
# so, a classroom's frame takes a tenth less of the processor, and operations that do not wait for each other still run
# side by side.
os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")
# TensorFlow imports a Keras whether or not anybody wants one: let it be the second, which TFP's layers need. The third
# takes .8 s and 60 MB more. What shows Keras 3 imports it by its own name.
os.environ.setdefault("TF_USE_LEGACY_KERAS", "1")
# oneDNN's operations are for larger tensors than those here: without them small networks make up to half as many steps
# again, a mixture's fit a twelfth more. They would also be announced on each start.
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
