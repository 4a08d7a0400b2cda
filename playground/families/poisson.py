"""The Poisson distribution."""

import math

import numpy as np
import tensorflow as tf

from playground.families.discrete import quantile_over
from playground.parameter import POSITIVE, Parameter, Parameters
from playground.problem import Family, Jump, WeakDerivative, tfd


def _weak_rate(parameters: Parameters, seed: tf.Tensor) -> WeakDerivative:
    count = FAMILY.make(parameters).sample(seed=seed)
    return WeakDerivative(tf.ones_like(count), 1.0 + count, count)


def _enough(rate: tf.Tensor | float) -> tf.Tensor | float:
    """A count that is exceeded with a probability far below 1e-18."""
    return rate + 10.0 * rate**0.5 + 40.0


FAMILY = Family(
    key="poisson",
    label="Poisson",
    parameters=(Parameter("rate", 3.0, 0.1, 20.0, r"\lambda", POSITIVE),),
    make=lambda p: tfd.Poisson(p["rate"]),
    target=lambda p: tfd.Poisson(tf.constant(6.0, p["rate"].dtype)),
    support=lambda p: (0.0, math.inf),
    atoms=lambda p: np.arange(np.floor(_enough(float(p["rate"]))) + 1.0),
    quantile=quantile_over(lambda d: tf.range(tf.floor(_enough(tf.reduce_max(d.rate))) + 1.0)),
    weak_derivatives={"rate": _weak_rate},
    jumps=lambda p, x: [Jump(x + 1.0, {"rate": tf.ones_like(x)})],
    order=33,
)
