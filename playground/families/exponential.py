"""The exponential distribution."""

import math

import tensorflow as tf

from playground import noise
from playground.parameter import POSITIVE, Parameter, Parameters
from playground.problem import Family, WeakDerivative, tfd


def _weak_rate(parameters: Parameters, seed: tf.Tensor) -> WeakDerivative:
    # ∂_rate p = (Exp(rate) − Gamma(2, rate)) / rate; the Gamma is the same draw plus another.
    first, second = noise.split(seed, 2)
    near = noise.exponential(parameters["rate"], first)
    far = near + noise.exponential(parameters["rate"], second)
    return WeakDerivative(1.0 / parameters["rate"], near / parameters["rate"], far / parameters["rate"])


FAMILY = Family(
    key="exponential",
    label="Exponential",
    parameters=(Parameter("rate", 1.0, 0.2, 10.0, r"\lambda", POSITIVE),),
    make=lambda p: tfd.Exponential(p["rate"]),
    target=lambda p: tfd.Exponential(tf.constant(2.0, p["rate"].dtype)),
    support=lambda p: (0.0, math.inf),
    centers=lambda p: [quantile / p["rate"] for quantile in (0.5, 3.0, 8.0)],
    weak_derivatives={"rate": _weak_rate},
    order=12,
)
