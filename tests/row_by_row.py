"""The Jacobian of a path without a graph, of which TensorFlow traces one at each call, so as to do all rows at once."""

from collections.abc import Callable

import pytest
import tensorflow as tf
from tensorflow_probability.python.distributions import mixture_same_family


def value_and_jacobian(function: Callable[[tf.Tensor], tf.Tensor], x: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """function(x) [N, D] of x [N, D], whose samples know nothing of each other, and its Jacobian [N, D, D]."""
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = function(x)
        elements = tf.unstack(y, axis=1)
    return y, tf.stack([tape.gradient(element, x) for element in elements], axis=1)


def for_mixtures(monkeypatch: pytest.MonkeyPatch) -> None:
    """TFP's reparameterized mixtures ask for it with each sample. What is compiled goes TFP's own way in its tests."""
    monkeypatch.setattr(mixture_same_family, "value_and_batch_jacobian", value_and_jacobian)
