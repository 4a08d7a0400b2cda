"""A bijector that TFP lacks: an identity matrix before those that are learnt."""

import tensorflow as tf
from tensorflow_probability import bijectors as tfb


class PadIdentity(tfb.Bijector):
    """Puts an identity matrix before a stack of matrices: [..., n, D, D] -> [..., n + 1, D, D].

    What it adds is a constant, so no gradient reaches it, and volume stays what it was: the log-determinant is 0, as
    with `tfb.Pad`. The inverse drops the first matrix, whatever it is.
    """

    def __init__(self, name: str = "pad_identity") -> None:
        super().__init__(forward_min_event_ndims=3, is_constant_jacobian=True, parameters={"name": name}, name=name)

    @classmethod
    def _parameter_properties(cls, dtype: tf.DType) -> dict:
        return {}

    def _forward(self, x: tf.Tensor) -> tf.Tensor:
        ones = tf.ones_like(tf.reduce_sum(x, axis=[-3, -1])[..., tf.newaxis, :])  # [..., 1, D]
        return tf.concat([tf.linalg.diag(ones), x], axis=-3)

    def _inverse(self, y: tf.Tensor) -> tf.Tensor:
        return y[..., 1:, :, :]

    def _forward_log_det_jacobian(self, x: tf.Tensor) -> tf.Tensor:
        return tf.zeros([], x.dtype)

    def _inverse_log_det_jacobian(self, y: tf.Tensor) -> tf.Tensor:
        return tf.zeros([], y.dtype)

    def _forward_event_shape(self, shape: tf.TensorShape) -> tf.TensorShape:
        return shape[:-3] + [None if shape[-3] is None else shape[-3] + 1] + shape[-2:]

    def _inverse_event_shape(self, shape: tf.TensorShape) -> tf.TensorShape:
        return shape[:-3] + [None if shape[-3] is None else shape[-3] - 1] + shape[-2:]

    def _forward_event_shape_tensor(self, shape: tf.Tensor) -> tf.Tensor:
        return tf.concat([shape[:-3], shape[-3:-2] + 1, shape[-2:]], axis=0)

    def _inverse_event_shape_tensor(self, shape: tf.Tensor) -> tf.Tensor:
        return tf.concat([shape[:-3], shape[-3:-2] - 1, shape[-2:]], axis=0)
