"""The Bernoulli distribution over 0 and 1."""

import numpy as np
import tensorflow as tf

from playground.families.discrete import quantile_over
from playground.parameter import Parameter, Parameters
from playground.problem import Family, Jump, WeakDerivative, tfd


def _weak_logits(parameters: Parameters, seed: tf.Tensor) -> WeakDerivative:
    # ∂_p p(x; p) = δ₁ − δ₀ and dp / d logits = p (1 − p): nothing is left to chance.
    logits = parameters["logits"]
    return WeakDerivative(tf.sigmoid(logits) * tf.sigmoid(-logits), tf.ones_like(logits), tf.zeros_like(logits))


def _jumps(parameters: Parameters, x: tf.Tensor) -> list[Jump]:
    # ∂_p: 0 → 1 at the rate 1/(1 − p); times dp / d logits = p (1 − p).
    return [Jump(tf.ones_like(x), {"logits": (1.0 - x) * tf.sigmoid(parameters["logits"])})]


FAMILY = Family(
    key="bernoulli",
    label="Bernoulli",
    parameters=(Parameter("logits", 0.0, -5.0, 5.0, r"\phi"),),
    make=lambda p: tfd.Bernoulli(logits=p["logits"], dtype=p["logits"].dtype),
    target=lambda p: tfd.Bernoulli(logits=tf.ones_like(p["logits"]), dtype=p["logits"].dtype),
    support=lambda p: (0.0, 1.0),
    atoms=lambda p: np.array([0.0, 1.0]),
    finite=True,
    quantile=quantile_over(lambda d: tf.constant([0.0, 1.0], d.dtype)),
    weak_derivatives={"logits": _weak_logits},
    jumps=_jumps,
    class_values=lambda p: (tf.stack([tf.zeros_like(p["logits"]), p["logits"]], axis=-1), (0.0, 1.0)),
    order=30,
)
