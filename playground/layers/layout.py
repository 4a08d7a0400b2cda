"""Where each weight and each parameter lies in the flat vectors that training and measuring work on."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import tensorflow as tf

from playground.layers.model import Loss, Network

SPREAD = 0.1


class Gradients(NamedTuple):
    """Gradients of one loss; what is None is 0 here.

    Attributes:
      parameters: Of each element of the parameters, added up over all places where it is used, [H].
      weights: [P].
      connected: For each group, whether it had a gradient at all.
    """

    parameters: tf.Tensor
    weights: tf.Tensor
    connected: tuple[bool, ...]


class Layout:
    """The trainable variables of a network side by side, and the groups in which gradients are reported.

    Args:
      network: Whose variables these are.

    Attributes:
      variables: The trainable ones, V of them.
      names: Of the variables.
      size: P, the number of weights.
      groups: What gradients are reported for: first each element of each parameter, then each variable as a whole.
      parameters: H, how many of the groups are single elements of parameters.
      width: The elements of all parameters and weights together.
    """

    def __init__(self, network: Network) -> None:
        self.variables: list[tf.Variable] = list(network.model.trainable_variables)
        owner = {id(v): layer.name for layer in network.model.layers for v in layer.trainable_variables}
        ends = [variable.name.removesuffix(":0").rsplit("/", 1)[-1] for variable in self.variables]
        self.names = tuple(f"{owner[id(v)]}/{end}" for v, end in zip(self.variables, ends, strict=True))
        self._shapes = [variable.shape for variable in self.variables]
        self._sizes = [int(np.prod(shape)) for shape in self._shapes]
        self.size = sum(self._sizes)
        self._elements = [len(names) for names in network.names.values()]
        elements = tuple(name for names in network.names.values() for name in names)
        self.groups = (*elements, *self.names)
        self.parameters = len(elements)
        self.width = self.parameters + self.size
        counts = [1] * self.parameters + self._sizes
        self._ids = tf.constant(np.repeat(np.arange(len(counts)), counts), tf.int32)
        self._built = [variable.numpy() for variable in self.variables]

    def first_weights(self, seed: int) -> np.ndarray:
        """Where a training starts, [P]: constants as they were built, kernels by Glorot's rule, all else near 0.

        Keras draws the first weights from a seed that no run could repeat: these are drawn anew.
        """
        rng = np.random.default_rng(seed)
        parts = []
        for name, value in zip(self.names, self._built, strict=True):
            if value.ndim >= 2 and np.ptp(value) > 0.0:
                limit = np.sqrt(6.0 / sum(value.shape)) if name.endswith("kernel") else np.sqrt(3.0) * SPREAD
                value = rng.uniform(-limit, limit, size=value.shape)
            parts.append(np.ravel(value))
        return np.concatenate(parts).astype(np.float32)

    def assign(self, weights: tf.Tensor) -> None:
        """Puts weights [P] into the variables."""
        for variable, part, shape in zip(self.variables, tf.split(weights, self._sizes), self._shapes, strict=True):
            variable.assign(tf.reshape(part, shape))

    def values(self, weights: np.ndarray) -> dict[str, np.ndarray]:
        """Weights [P] by the names of their variables, each in its own shape."""
        parts = np.split(np.asarray(weights), np.cumsum(self._sizes)[:-1])
        return {name: part.reshape(s) for name, part, s in zip(self.names, parts, self._shapes, strict=True)}

    def flat(self, gradients: Sequence[tf.Tensor | None]) -> tf.Tensor:
        """The gradients of the variables side by side [P]; what is None does not move."""
        parts = [
            tf.zeros([size]) if gradient is None else tf.reshape(gradient, [-1])
            for gradient, size in zip(gradients, self._sizes, strict=True)
        ]
        return tf.concat(parts, axis=0)

    def gradients(self, tape: tf.GradientTape, loss: Loss) -> Gradients:
        """Those of a recorded loss."""
        heads = list(loss.parameters.values())
        found = tape.gradient(loss.surrogate, [*heads, *self.variables])
        sums = [
            tf.zeros([count]) if gradient is None else tf.reduce_sum(tf.reshape(gradient, [-1, count]), axis=0)
            for gradient, count in zip(found[: len(heads)], self._elements, strict=True)
        ]
        counts = [*self._elements, *([1] * len(self.variables))]
        connected = tuple(g is not None for g, count in zip(found, counts, strict=True) for _ in range(count))
        return Gradients(tf.concat(sums, axis=0), self.flat(found[len(heads) :]), connected)

    def sums(self, values: tf.Tensor) -> tf.Tensor:
        """Values [width] added up by group, [G]."""
        return tf.math.unsorted_segment_sum(values, self._ids, len(self.groups))

    def maxima(self, values: tf.Tensor) -> tf.Tensor:
        """The largest of values [width] in each group, [G]."""
        return tf.math.unsorted_segment_max(values, self._ids, len(self.groups))

    def lengths_of(self, values: tf.Tensor) -> tf.Tensor:
        """Values [width] of parameters as they are, with their sign; of each variable's the norm: [G]."""
        norms = tf.sqrt(self.sums(values**2))
        return tf.concat([values[: self.parameters], norms[self.parameters :]], axis=0)
