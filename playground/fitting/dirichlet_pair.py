"""Two elements of a Dirichlet, in closed form."""

import numpy as np
import tensorflow as tf
import tensorflow_probability as tfp
from tensorflow_probability import distributions as tfd


class DirichletPair(tfd.Distribution):
    """Elements i and j of a Dirichlet with more than two: those of Dirichlet(aᵢ, aⱼ, sum of the other a).

    The event is the pair [2] itself, and the density is with respect to area; outside of the triangle xᵢ, xⱼ > 0,
    xᵢ + xⱼ < 1 it is 0.

    Args:
      first, second: aᵢ and aⱼ.
      rest: The sum of the other concentrations.
    """

    def __init__(self, first: float, second: float, rest: float) -> None:
        parameters = {"first": first, "second": second, "rest": rest}
        self._triple = tfd.Dirichlet(np.array([first, second, rest], np.float32))
        super().__init__(
            dtype=tf.float32,
            reparameterization_type=tfd.FULLY_REPARAMETERIZED,
            validate_args=False,
            allow_nan_stats=True,
            parameters=parameters,
            name="DirichletPair",
        )

    @classmethod
    def _parameter_properties(cls, dtype: tf.DType, num_classes: int | None = None) -> dict:
        return {name: tfp.util.ParameterProperties() for name in ("first", "second", "rest")}

    def _event_shape(self) -> tf.TensorShape:
        return tf.TensorShape([2])

    def _event_shape_tensor(self) -> tf.Tensor:
        return tf.constant([2])

    def _sample_n(self, n: int, seed: tf.Tensor | None = None) -> tf.Tensor:
        return self._triple.sample(n, seed=seed)[..., :2]

    def _log_prob(self, x: tf.Tensor) -> tf.Tensor:
        triple = tf.concat([x, 1.0 - tf.reduce_sum(x, axis=-1, keepdims=True)], axis=-1)
        inside = tf.reduce_all(triple > 0.0, axis=-1)
        safe = tf.where(inside[..., tf.newaxis], triple, tf.fill([3], 1.0 / 3.0))
        return tf.where(inside, self._triple.log_prob(safe), -np.inf)
