"""The log-normal distribution: the exponential of a Normal."""

import math

import tensorflow as tf

from playground.families import normal
from playground.parameter import POSITIVE, Parameter, Parameters
from playground.problem import Family, WeakDerivative, tfd


def _exponential_of(name: str, parameters: Parameters, seed: tf.Tensor) -> WeakDerivative:
    """The Normal's pair, mapped: the map does not depend on θ."""
    pair = normal.FAMILY.weak_derivatives[name](parameters, seed)
    return WeakDerivative(pair.constant, tf.exp(pair.positive), tf.exp(pair.negative))


FAMILY = Family(
    key="lognormal",
    label="Log-normal",
    parameters=(
        Parameter("loc", 0.0, -2.0, 1.0, r"\mu"),
        Parameter("scale", 0.5, 0.05, 1.0, r"\sigma", POSITIVE),
    ),
    make=lambda p: tfd.LogNormal(p["loc"], p["scale"]),
    target=lambda p: tfd.LogNormal(tf.constant(0.5, p["loc"].dtype), tf.constant(0.7, p["loc"].dtype)),
    support=lambda p: (0.0, math.inf),
    centers=lambda p: [tf.exp(p["loc"] + step * p["scale"]) for step in (-3.0, -1.5, 0.0, 1.5, 3.0)],
    mirror=lambda p, x: tf.exp(2.0 * p["loc"]) / x,
    weak_derivatives={
        "loc": lambda p, seed: _exponential_of("loc", p, seed),
        "scale": lambda p, seed: _exponential_of("scale", p, seed),
    },
    order=10,
)
