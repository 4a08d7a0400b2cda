"""D independent bits, each with a probability of its own."""

import numpy as np
import tensorflow as tf

from playground.families import bernoulli
from playground.parameter import Parameter, Parameters
from playground.problem import Family, tfd


def _product(logits: tf.Tensor) -> tfd.Distribution:
    return tfd.Independent(tfd.Bernoulli(logits=logits, dtype=logits.dtype), reinterpreted_batch_ndims=1)


def _classes(parameters: Parameters) -> tuple[tf.Tensor, tuple[float, float]]:
    logits = parameters["logits"]
    return tf.stack([tf.zeros_like(logits), logits], axis=-1), (0.0, 1.0)


FAMILY = Family(
    key="bernoulli_product",
    label="Bernoulli, product of D",
    parameters=(
        Parameter("logits", (0.8, -0.5, 0.3, -1.0, 0.2, 1.2, -0.2, 0.5), -5.0, 5.0, r"\phi", lengths=(1, 200)),
    ),
    make=lambda p: _product(p["logits"]),
    target=lambda p: _product(tf.ones_like(p["logits"])),
    support=lambda p: (0.0, 1.0),
    atoms=lambda p: np.array([0.0, 1.0]),
    finite=True,
    class_values=_classes,
    marginals=lambda p: (bernoulli.FAMILY, {"logits": p["logits"]}),
    order=43,
)
