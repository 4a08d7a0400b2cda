"""The categorical distribution over 0, 1, …, n − 1."""

from collections.abc import Sequence

import numpy as np
import tensorflow as tf

from playground.classes import Classes
from playground.families.discrete import quantile_over
from playground.parameter import Parameter, Parameters
from playground.problem import Family, tfd


def _make(parameters: Parameters) -> tfd.Distribution:
    return Classes(logits=parameters["logits"], dtype=parameters["logits"].dtype)


def _size(logits: tf.Tensor | Sequence[float]) -> int:
    return int(np.shape(logits)[-1]) if not isinstance(logits, tf.Tensor) else int(logits.shape[-1])


def _target(parameters: Parameters) -> tfd.Distribution:
    """Classes grow likelier from the first to the last."""
    logits = parameters["logits"]
    return _make({"logits": tf.linspace(tf.constant(0.0, logits.dtype), 1.5, _size(logits))})


FAMILY = Family(
    key="categorical",
    label="Categorical",
    parameters=(Parameter("logits", (0.5, 0.0, -0.5, 0.0), -5.0, 5.0, r"\phi", lengths=(3, 10)),),
    make=_make,
    target=_target,
    support=lambda p: (0.0, _size(p["logits"]) - 1.0),
    atoms=lambda p: np.arange(float(_size(p["logits"]))),
    finite=True,
    quantile=quantile_over(lambda d: tf.range(tf.cast(tf.shape(d.logits)[-1], d.dtype))),
    class_values=lambda p: (p["logits"], tuple(range(_size(p["logits"])))),
    order=31,
)
