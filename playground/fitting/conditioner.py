"""The small network of a flow's coupling."""

import tensorflow as tf


class Conditioner(tf.Module):
    """One hidden layer of tanh units, from the element that a coupling keeps to what it does to the other.

    The layers of all couplings are stacked, and each conditioner reads its own when it is called: a `tf.Variable`
    stays one, so that gradients and `trainable_variables` find it.
    """

    def __init__(
        self,
        index: int,
        hidden_kernel: tf.Tensor,
        hidden_bias: tf.Tensor,
        output_kernel: tf.Tensor,
        output_bias: tf.Tensor,
    ) -> None:
        super().__init__(name="conditioner")
        self.index = index
        self.hidden_kernel, self.hidden_bias = hidden_kernel, hidden_bias
        self.output_kernel, self.output_bias = output_kernel, output_bias

    def __call__(self, kept: tf.Tensor, output_units: int) -> tuple[tf.Tensor, tf.Tensor]:
        """kept [..., 1] -> shift [..., 1] and log-scale [..., 1]."""
        # The sum over one input is a product, and broadcasting does it for any batch shape.
        hidden = tf.tanh(kept * self.hidden_kernel[self.index, 0] + self.hidden_bias[self.index])
        output = tf.tensordot(hidden, self.output_kernel[self.index], axes=1) + self.output_bias[self.index]
        return output[..., :output_units], output[..., output_units:]
