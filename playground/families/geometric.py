"""The geometric distribution: failures before the first success."""

import math

import numpy as np
import tensorflow as tf

from playground import noise
from playground.parameter import Parameter, Parameters
from playground.problem import Family, Jump, WeakDerivative, tfd


def _weak_logits(parameters: Parameters, seed: tf.Tensor) -> WeakDerivative:
    # ∂_p: (Geometric − (1 + NB(2))) / p, a sum of two geometrics; times dp / d logits = p (1 − p).
    first, second = noise.split(seed, 2)
    distribution = FAMILY.make(parameters)
    near, more = distribution.sample(seed=first), distribution.sample(seed=second)
    return WeakDerivative(tf.sigmoid(-parameters["logits"]), near, 1.0 + near + more)


def _quantile(distribution: tfd.Distribution, u: tf.Tensor) -> tf.Tensor:
    # P(x ≥ k) = (1 − p)^k, and log(1 − p) = −softplus(logits).
    return tf.floor(-tf.math.log1p(-u) / tf.nn.softplus(distribution.logits))


def _jumps(parameters: Parameters, x: tf.Tensor) -> list[Jump]:
    # ∂_p: the last failure but a success now, at the rate x/(p (1 − p)); times dp / d logits = p (1 − p).
    return [Jump(tf.maximum(x - 1.0, 0.0), {"logits": x})]


FAMILY = Family(
    key="geometric",
    label="Geometric",
    parameters=(Parameter("logits", 0.0, -3.0, 3.0, r"\phi"),),
    make=lambda p: tfd.Geometric(logits=p["logits"]),
    target=lambda p: tfd.Geometric(logits=tf.constant(-0.5, p["logits"].dtype)),
    support=lambda p: (0.0, math.inf),
    atoms=lambda p: np.arange(np.ceil(42.0 / np.logaddexp(0.0, float(p["logits"]))) + 1.0),
    quantile=_quantile,
    weak_derivatives={"logits": _weak_logits},
    jumps=_jumps,
    order=34,
)
