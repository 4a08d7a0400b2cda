"""What stands in front of the distribution: LSTM, GRU, causal convolution. Pure functions of explicit weights.

Keras's layers own their variables, which a loop inside one graph shared by many runs cannot have. The arithmetic is
that of `tf_keras`, weight by weight; a test compares the two.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import tensorflow as tf

Weights = Mapping[str, tf.Tensor]
Memory = tuple[tf.Tensor, ...]


class Variable(NamedTuple):
    """A weight.

    Attributes:
      name: Within the network.
      layer: The row of the gradient's charts that it belongs to.
      shape: Of the tensor.
      start: One of "glorot", "orthogonal", "zeros", "forget" (zeros, but 1 for an LSTM's forget gate).
    """

    name: str
    layer: str
    shape: tuple[int, ...]
    start: str

    def first(self, rng: np.random.Generator) -> np.ndarray:
        """Where it starts, as Keras has it by default."""
        if self.start == "glorot":
            limit = np.sqrt(6.0 / (np.prod(self.shape[:-1]) + self.shape[-1]))
            return rng.uniform(-limit, limit, self.shape)
        if self.start == "orthogonal":
            tall = rng.standard_normal((max(self.shape), min(self.shape)))
            q, r = np.linalg.qr(tall)
            q = q * np.sign(np.diag(r))
            return q if q.shape == self.shape else q.T
        values = np.zeros(self.shape)
        if self.start == "forget":
            quarter = self.shape[0] // 4
            values[quarter : 2 * quarter] = 1.0
        return values


@dataclass(frozen=True)
class Network:
    """A causal network: its features at a step depend on values up to that step only.

    Attributes:
      key, label, story: Its stable name, its name on screen, one line.
      layer: What the layer is called in Keras.
      variables: (units, kernel) → its weights.
      width: (units, kernel) → features a step, H.
      warm_up: (kernel, window) → how many first steps of a window have seen too little.
      apply: (weights, x [B, T, 1], units, kernel) → (features [B, T, H], what it remembers after the last step).
      step: (weights, memory, x [B, 1], kernel) → (features [B, H], memory).
      has_units, has_kernel: What may be chosen.
    """

    key: str
    label: str
    story: str
    layer: str
    variables: Callable[[int, int], tuple[Variable, ...]]
    width: Callable[[int, int], int]
    warm_up: Callable[[int, int], int]
    apply: Callable[[Weights, tf.Tensor, int, int], tuple[tf.Tensor, Memory]]
    step: Callable[[Weights, Memory, tf.Tensor, int], tuple[tf.Tensor, Memory]]
    has_units: bool = True
    has_kernel: bool = False


# Recurrent networks: the part of all gates that comes from the input is one product for all steps together.


def _recurrent_variables(name: str, gates: int, biases: tuple[Variable, ...], units: int) -> tuple[Variable, ...]:
    kernel = Variable("kernel", f"{name}, inputs", (1, gates * units), "glorot")
    return kernel, Variable("recurrent", f"{name}, recurrent", (units, gates * units), "orthogonal"), *biases


def _gru_variables(units: int, kernel: int) -> tuple[Variable, ...]:
    del kernel
    bias = Variable("bias", "GRU, inputs", (3 * units,), "zeros")
    inner = Variable("recurrent_bias", "GRU, recurrent", (3 * units,), "zeros")
    return _recurrent_variables("GRU", 3, (bias, inner), units)


def _gru_gates(weights: Weights, memory: Memory, outer: tf.Tensor) -> Memory:
    """Cho et al. (2014), the reset gate after the product as in Keras; `outer` is the input's part, [B, 3 H]."""
    (hidden,) = memory
    update, reset, fresh = tf.split(outer, 3, axis=-1)
    inner = tf.split(tf.matmul(hidden, weights["recurrent"]) + weights["recurrent_bias"], 3, axis=-1)
    keep = tf.sigmoid(update + inner[0])
    candidate = tf.tanh(fresh + tf.sigmoid(reset + inner[1]) * inner[2])
    return (candidate + keep * (hidden - candidate),)


def _lstm_variables(units: int, kernel: int) -> tuple[Variable, ...]:
    del kernel
    return _recurrent_variables("LSTM", 4, (Variable("bias", "LSTM, inputs", (4 * units,), "forget"),), units)


def _lstm_gates(weights: Weights, memory: Memory, outer: tf.Tensor) -> Memory:
    """Hochreiter & Schmidhuber (1997) with a forget gate; `outer` is the input's part, [B, 4 H]."""
    hidden, cell = memory
    gates = outer + tf.matmul(hidden, weights["recurrent"])
    enter, forget, fresh, leave = tf.split(gates, 4, axis=-1)
    cell = tf.sigmoid(forget) * cell + tf.sigmoid(enter) * tf.tanh(fresh)
    return tf.sigmoid(leave) * tf.tanh(cell), cell


def _recurrent(
    key: str,
    label: str,
    story: str,
    variables: Callable[[int, int], tuple[Variable, ...]],
    gates: Callable[[Weights, Memory, tf.Tensor], Memory],
    memories: int,
) -> Network:
    def step(weights: Weights, memory: Memory, x: tf.Tensor, kernel: int) -> tuple[tf.Tensor, Memory]:
        del kernel
        memory = gates(weights, memory, tf.matmul(x, weights["kernel"]) + weights["bias"])
        return memory[0], memory

    def apply(weights: Weights, x: tf.Tensor, units: int, kernel: int) -> tuple[tf.Tensor, Memory]:
        del kernel
        outer = tf.unstack(x * weights["kernel"][0] + weights["bias"], axis=1)  # one input: a product is an outer one
        nothing = tf.zeros([tf.shape(x)[0], units])
        memory: Memory = (nothing,) * memories
        found = []
        for part in outer:  # unrolled: a loop inside the graph would take three times as long
            memory = gates(weights, memory, part)
            found.append(memory[0])
        return tf.stack(found, axis=1), memory

    return Network(
        key,
        label,
        story,
        label,
        variables,
        width=lambda units, kernel: units,
        warm_up=lambda kernel, window: window // 4,
        apply=apply,
        step=step,
    )


# Convolutions: a product with the last few values side by side, the oldest first.


def _lags(x: tf.Tensor, kernel: int, dilation: int = 1) -> tf.Tensor:
    """[B, T, F] → [B, T, kernel · F]: each step with those before it, zeros before the first."""
    before = (kernel - 1) * dilation
    padded = tf.pad(x, [[0, 0], [before, 0], [0, 0]])
    steps = x.shape[1]
    return tf.concat([padded[:, lag * dilation : lag * dilation + steps] for lag in range(kernel)], axis=-1)


def _convolution_variables(units: int, kernel: int) -> tuple[Variable, ...]:
    return (
        Variable("kernel_1", "Convolution 1", (kernel, 1, units), "glorot"),
        Variable("bias_1", "Convolution 1", (units,), "zeros"),
        Variable("kernel_2", "Convolution 2", (kernel, units, units), "glorot"),
        Variable("bias_2", "Convolution 2", (units,), "zeros"),
    )


def _convolve(weights: Weights, x: tf.Tensor, kernel: int) -> tf.Tensor:
    """Two layers, the second with gaps of `kernel`, so that they see kernel² values without leaving one out."""
    for layer, dilation in ((1, 1), (2, kernel)):
        flat = tf.reshape(weights[f"kernel_{layer}"], [-1, weights[f"kernel_{layer}"].shape[-1]])
        x = tf.tanh(tf.matmul(_lags(x, kernel, dilation), flat) + weights[f"bias_{layer}"])
    return x


def _convolution_apply(weights: Weights, x: tf.Tensor, units: int, kernel: int) -> tuple[tf.Tensor, Memory]:
    del units
    return _convolve(weights, x, kernel), (x[:, x.shape[1] - (kernel**2 - 1) :],)


def _convolution_step(weights: Weights, memory: Memory, x: tf.Tensor, kernel: int) -> tuple[tf.Tensor, Memory]:
    seen = tf.concat([memory[0], x[:, tf.newaxis]], axis=1)
    return _convolve(weights, seen, kernel)[:, -1], (seen[:, 1:],)


def _linear_step(weights: Weights, memory: Memory, x: tf.Tensor, kernel: int) -> tuple[tf.Tensor, Memory]:
    del weights
    seen = tf.concat([memory[0], x[:, tf.newaxis]], axis=1)
    return tf.reshape(seen, [-1, kernel]), (seen[:, 1:],)


NETWORKS = {
    network.key: network
    for network in (
        _recurrent("gru", "GRU", "Remembers in one vector, of which gates keep or replace parts.",
                   _gru_variables, _gru_gates, 1),
        _recurrent("lstm", "LSTM", "Remembers in two vectors: one to keep, one to show.",
                   _lstm_variables, _lstm_gates, 2),
        Network(
            "convolution",
            "Causal convolution",
            "Two layers that look at the last values only: kernel² of them, and none of the future.",
            "Conv1D, causal",
            _convolution_variables,
            width=lambda units, kernel: units,
            warm_up=lambda kernel, window: kernel**2 - 1,
            apply=_convolution_apply,
            step=_convolution_step,
            has_kernel=True,
        ),
        Network(
            "linear",
            "Linear causal convolution",
            "No hidden layer: mean and scale are weighted sums of the last values, an autoregression.",
            "the last values",
            lambda units, kernel: (),
            width=lambda units, kernel: kernel,
            warm_up=lambda kernel, window: kernel - 1,
            apply=lambda weights, x, units, kernel: (_lags(x, kernel), (x[:, x.shape[1] - (kernel - 1) :],)),
            step=_linear_step,
            has_units=False,
            has_kernel=True,
        ),
    )
}  # fmt: skip
