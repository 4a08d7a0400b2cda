"""Gives back what graphs leave behind: without this, a server grows with each setting that is ever tried."""

import threading
import weakref

import tensorflow_probability as tfp

FEW = 40


class LeftBehind:
    """Counts graphs, and lets go of what those that are gone have left.

    TensorFlow builds kernels at a graph's first call, and keeps those of a raw operation when the graph is gone. They
    can only be dropped all at once, and a run whose kernels are dropped takes a third of a second or more for its next
    slice. So that is done when those of no use are half as many as those in use, but not for `FEW`.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._used: weakref.WeakSet[object] = weakref.WeakSet()
        self._kept = 0

    def add(self, graph: object) -> None:
        """To be called with whatever owns a graph, when it was traced and has not run."""
        with self._lock:
            self._used.add(graph)
            self._kept += 1
            used = len(self._used)
            if self._kept - used > max(FEW, used // 2):
                _let_go()
                self._kept = used


def _let_go() -> None:
    # A bijector's cache refers weakly to a tensor as the key of what may hold it: so one of a graph is never freed.
    vars(tfp.bijectors.Bijector)["_cache"].storage.clear()
    # The public way to the kernels. Nothing else goes: this process builds no model with Keras 3. Many processes never
    # come here, and importing it takes most of a second.
    import keras

    keras.utils.clear_session(free_memory=False)


by_graphs = LeftBehind()
