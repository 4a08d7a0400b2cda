"""The categorical distribution over 0, 1, …, n − 1."""

from collections.abc import Sequence

import numpy as np
import tensorflow as tf

from playground.classes import Classes
from playground.families.discrete import quantile_over
from playground.parameter import Parameter, Parameters
from playground.problem import Family, Jump, tfd


def _make(parameters: Parameters) -> tfd.Distribution:
    return Classes(logits=parameters["logits"], dtype=parameters["logits"].dtype)


def _size(logits: tf.Tensor | Sequence[float]) -> int:
    return int(np.shape(logits)[-1]) if not isinstance(logits, tf.Tensor) else int(logits.shape[-1])


def _target(parameters: Parameters) -> tfd.Distribution:
    """Classes grow likelier from the first to the last."""
    logits = parameters["logits"]
    return _make({"logits": tf.linspace(tf.constant(0.0, logits.dtype), 1.5, _size(logits))})


def _jumps(parameters: Parameters, x: tf.Tensor) -> list[Jump]:
    """To the neighbouring classes, as if x were drawn by inversion: where a boundary F(k) falls, k's mass flows up.

    With ∂_j F(k) = π_j (1[j ≤ k] − F(k)), class x goes up at the rate max(−∂_j F(x), 0)/π_x, and down at
    max(∂_j F(x − 1), 0)/π_x (Arya et al. 2022, appendix, do the same).
    """
    probs = tf.nn.softmax(parameters["logits"])
    classes = tf.range(tf.cast(_size(probs), x.dtype))
    here = x[..., tf.newaxis]

    def slope(boundary: tf.Tensor) -> tf.Tensor:
        """∂F(boundary)/π_x [..., C]."""
        below = tf.cast(classes <= boundary, x.dtype)
        inside = tf.reduce_sum(probs * below, axis=-1, keepdims=True)
        own = tf.reduce_sum(tf.where(tf.equal(classes, here), probs, tf.zeros_like(probs)), axis=-1, keepdims=True)
        return probs * (below - inside) / own

    up = Jump(tf.minimum(x + 1.0, classes[-1]), {"logits": tf.nn.relu(-slope(here))})
    return [up, Jump(tf.maximum(x - 1.0, 0.0), {"logits": tf.nn.relu(slope(here - 1.0))})]


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
    jumps=_jumps,
    class_values=lambda p: (p["logits"], tuple(range(_size(p["logits"])))),
    order=31,
)
