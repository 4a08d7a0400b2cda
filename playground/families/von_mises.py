"""The von Mises distribution, the Normal's cousin on a circle."""

import math

import tensorflow as tf

from playground.parameter import POSITIVE, Parameter, Parameters
from playground.problem import Family, tfd


def _wrap(x: tf.Tensor) -> tf.Tensor:
    return tf.math.floormod(x + math.pi, 2.0 * math.pi) - math.pi


def _mirror(parameters: Parameters, x: tf.Tensor) -> tf.Tensor:
    return _wrap(2.0 * parameters["loc"] - x)


FAMILY = Family(
    key="von_mises",
    label="von Mises",
    parameters=(
        Parameter("loc", 0.5, -math.pi, math.pi, r"\mu"),
        Parameter("concentration", 2.0, 0.1, 20.0, r"\kappa", POSITIVE),
    ),
    make=lambda p: tfd.VonMises(p["loc"], p["concentration"]),
    target=lambda p: tfd.VonMises(tf.constant(-1.0, p["loc"].dtype), tf.ones([], p["loc"].dtype)),
    support=lambda p: (-math.pi, math.pi),
    # Even steps round the circle: wherever loc is, each piece sees at most a few widths of the peak.
    centers=lambda p: [tf.fill(tf.shape(p["loc"]), tf.constant(c * math.pi / 3, p["loc"].dtype)) for c in range(-2, 3)],
    period=2.0 * math.pi,
    mirror=_mirror,
    order=17,
)
