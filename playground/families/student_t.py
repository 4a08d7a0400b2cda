"""Student's t distribution: a Normal with an uncertain variance."""

import math

import tensorflow as tf

from playground.parameter import POSITIVE, Parameter
from playground.problem import Family, tfd

FAMILY = Family(
    key="student_t",
    label="Student t",
    parameters=(
        Parameter("df", 8.0, 3.0, 50.0, r"\nu", POSITIVE),
        Parameter("loc", 1.0, -5.0, 5.0, r"\mu"),
        Parameter("scale", 1.0, 0.05, 5.0, r"\sigma", POSITIVE),
    ),
    make=lambda p: tfd.StudentT(p["df"], p["loc"], p["scale"]),
    target=lambda p: tfd.StudentT(
        tf.constant(4.0, p["loc"].dtype), tf.zeros([], p["loc"].dtype), tf.ones([], p["loc"].dtype)
    ),
    support=lambda p: (-math.inf, math.inf),
    centers=lambda p: [p["loc"] + step * p["scale"] for step in (-5.0, 0.0, 5.0)],
    mirror=lambda p, x: 2.0 * p["loc"] - x,
    pathwise_by_cdf=False,  # The sampler divides a Normal by the root of a Gamma: two sources of noise.
    order=16,
)
