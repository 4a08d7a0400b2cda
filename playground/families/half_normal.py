"""The half-normal distribution: the size of a Normal about 0."""

import math

import tensorflow as tf

from playground import noise
from playground.parameter import POSITIVE, Parameter, Parameters
from playground.problem import Family, WeakDerivative, tfd


def _weak_scale(parameters: Parameters, seed: tf.Tensor) -> WeakDerivative:
    # As for the Normal, one-sided: a Maxwell distance, and a uniform fraction of it, which is half-normal again.
    scale = parameters["scale"]
    *seeds, fraction = noise.split(seed, 4)
    parts = [tf.random.stateless_normal(tf.shape(scale), part, dtype=scale.dtype) for part in seeds]
    maxwell = scale * tf.sqrt(parts[0] ** 2 + parts[1] ** 2 + parts[2] ** 2)
    return WeakDerivative(1.0 / scale, maxwell, maxwell * noise.uniform(scale, fraction))


FAMILY = Family(
    key="half_normal",
    label="Half-normal",
    parameters=(Parameter("scale", 1.0, 0.05, 5.0, r"\sigma", POSITIVE),),
    make=lambda p: tfd.HalfNormal(p["scale"]),
    target=lambda p: tfd.HalfNormal(tf.constant(2.0, p["scale"].dtype)),
    support=lambda p: (0.0, math.inf),
    centers=lambda p: [step * p["scale"] for step in (0.5, 1.5, 4.0)],
    weak_derivatives={"scale": _weak_scale},
    order=23,
)
