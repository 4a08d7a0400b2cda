"""One graph for one function, called as directly as TensorFlow's public interface allows."""

import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import tensorflow as tf
from tensorflow_probability.python.internal import implementation_selection

from playground.training import left_behind

# TFP traces its samplers of Gammas, Poissons and binomials twice, for any device and for the CPU, and TensorFlow takes
# the CPU's while it optimises the graph. Taken at once, the numbers are the same, and the first step under a Gamma, a
# Beta, Student's t or a binomial comes a quarter to half a second sooner.
implementation_selection.NUMPY_MODE = True


class Compiled:
    """A function of tensors, traced at its first call, for arguments of the same structure and shapes ever after.

    A `tf.function` looks at each call to find which of its graphs fits, and a graph of its own checks each argument and
    wraps each result. Here nothing is looked for and nothing checked: what is called is the operation that runs the
    graph. In a classroom that is paid 300 times a second.

    Args:
      function: Takes (nested) tensors and returns nested tensors.
      free: The positions of the arguments whose leading dimension may change from call to call.
    """

    def __init__(self, function: Callable[..., Any], free: tuple[int, ...] = ()) -> None:
        self._function = function
        self._free = free
        self._graph: tf.types.experimental.ConcreteFunction | None = None
        self._lock = threading.Lock()
        self._traces = 0

    def __call__(self, *arguments: Any) -> Any:
        if self._graph is None:
            with self._lock:
                if self._graph is None:
                    self._graph = self._trace(arguments)
        results = tf.raw_ops.StatefulPartitionedCall(
            args=[*tf.nest.flatten(arguments), *self._captured], Tout=self._types, f=self._graph
        )
        return _packed(self._results, iter(results))

    def traces(self) -> int:
        """How often the function was traced: never more than once."""
        return self._traces

    def _trace(self, arguments: tuple) -> Any:
        specs = [self._shape(*pair) for pair in enumerate(arguments)]

        def flat(*tensors: tf.Tensor) -> list[tf.Tensor]:
            self._traces += 1
            results = self._function(*tf.nest.pack_sequence_as(specs, tensors))
            self._results = tf.nest.map_structure(lambda _: None, results)
            return tf.nest.flatten(results)

        graph = tf.function(flat, autograph=False).get_concrete_function(*tf.nest.flatten(specs))
        self._types = [output.dtype for output in graph.outputs]
        self._captured = graph.captured_inputs
        left_behind.by_graphs.add(self)
        return graph

    def _shape(self, position: int, argument: Any) -> Any:
        def spec(tensor: tf.Tensor) -> tf.TensorSpec:
            shape = [None, *tensor.shape[1:]] if position in self._free else tensor.shape
            return tf.TensorSpec(shape, tensor.dtype)

        return tf.nest.map_structure(spec, argument)


def _packed(structure: Any, tensors: Iterator[tf.Tensor]) -> Any:
    """`tf.nest.pack_sequence_as` for tuples, lists and mappings, at a tenth of its cost."""
    if structure is None:
        return next(tensors)
    if isinstance(structure, Mapping):
        found = {key: _packed(structure[key], tensors) for key in sorted(structure)}  # the order in which it flattens
        return {key: found[key] for key in structure}
    parts = [_packed(part, tensors) for part in structure]
    if hasattr(structure, "_fields"):
        return type(structure)(*parts)
    return parts if isinstance(structure, list) else tuple(parts)
