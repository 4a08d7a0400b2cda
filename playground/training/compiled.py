"""One graph for one function, where a `tf.function` would look at each call to find which of its graphs fits."""

import threading
from collections.abc import Callable
from typing import Any

import tensorflow as tf


class Compiled:
    """A function of tensors, traced at its first call, for arguments of the same structure and shapes ever after.

    A call costs a fifth of a millisecond less than that of a `tf.function`: in a classroom that is paid 300 times a
    second.

    Args:
      function: Takes (nested) tensors.
      free: The positions of the arguments whose leading dimension may change from call to call.
    """

    def __init__(self, function: Callable[..., Any], free: tuple[int, ...] = ()) -> None:
        self._function = tf.function(function, autograph=False)
        self._free = free
        self._graph: Callable[..., Any] | None = None
        self._lock = threading.Lock()

    def __call__(self, *arguments: Any) -> Any:
        if self._graph is None:
            with self._lock:
                if self._graph is None:
                    self._graph = self._function.get_concrete_function(
                        *(self._shape(*pair) for pair in enumerate(arguments))
                    )
        return self._graph(*arguments)

    def traces(self) -> int:
        """How often the function was traced: never more than once."""
        return self._function.experimental_get_tracing_count()

    def _shape(self, position: int, argument: Any) -> Any:
        def spec(tensor: tf.Tensor) -> tf.TensorSpec:
            shape = [None, *tensor.shape[1:]] if position in self._free else tensor.shape
            return tf.TensorSpec(shape, tensor.dtype)

        return tf.nest.map_structure(spec, argument)
