"""The Weibull distribution."""

import math
from collections.abc import Sequence

import tensorflow as tf

from playground import hahn_jordan, noise
from playground.concentrations import off_one
from playground.parameter import POSITIVE, Parameter, Parameters
from playground.problem import Family, WeakDerivative, tfd


def _centers(parameters: Parameters) -> Sequence[tf.Tensor]:
    # (x / scale)^concentration is Exp(1).
    return [
        parameters["scale"] * tf.exp(math.log(level) / parameters["concentration"]) for level in (0.1, 0.7, 3.0, 10.0)
    ]


def _weak_scale(parameters: Parameters, seed: tf.Tensor) -> WeakDerivative:
    # x = scale E^{1/α}: the exponential's pair, seen through the power, with the sign that d rate / d scale < 0 gives.
    first, second = noise.split(seed, 2)
    near = noise.exponential(parameters["scale"], first)
    far = near + noise.exponential(parameters["scale"], second)
    power = 1.0 / parameters["concentration"]
    constant = parameters["concentration"] / parameters["scale"]
    return WeakDerivative(constant, parameters["scale"] * far**power, parameters["scale"] * near**power)


def _weak_concentration(parameters: Parameters, seed: tf.Tensor) -> WeakDerivative:
    alpha, scale = hahn_jordan.shared(parameters["concentration"]), hahn_jordan.shared(parameters["scale"])
    # (x / scale)^α is Exp(1): from where its distribution function is 1e-14 to where its survival is e^−40.
    return hahn_jordan.pairs(
        lambda a, x: tfd.Weibull(off_one(a), scale).log_prob(x),
        alpha,
        tf.math.log(scale) + math.log(1e-14) / alpha,
        tf.math.log(scale) + math.log(40.0) / alpha,
        noise.uniform(parameters["concentration"], seed),
    )


FAMILY = Family(
    key="weibull",
    label="Weibull",
    parameters=(
        Parameter("concentration", 2.0, 0.7, 10.0, r"\alpha", POSITIVE),
        Parameter("scale", 1.0, 0.1, 3.0, r"\lambda", POSITIVE),
    ),
    make=lambda p: tfd.Weibull(off_one(p["concentration"]), p["scale"]),
    target=lambda p: tfd.Weibull(tf.constant(1.5, p["scale"].dtype), tf.constant(2.0, p["scale"].dtype)),
    support=lambda p: (0.0, math.inf),
    centers=_centers,
    weak_derivatives={"concentration": _weak_concentration, "scale": _weak_scale},
    order=15,
)
