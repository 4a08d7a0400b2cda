"""The Laplace distribution."""

import math

import tensorflow as tf

from playground import noise
from playground.parameter import POSITIVE, Parameter, Parameters
from playground.problem import Family, WeakDerivative, tfd


def _weak_loc(parameters: Parameters, seed: tf.Tensor) -> WeakDerivative:
    distance = parameters["scale"] * noise.exponential(parameters["scale"], seed)
    return WeakDerivative(0.5 / parameters["scale"], parameters["loc"] + distance, parameters["loc"] - distance)


def _weak_scale(parameters: Parameters, seed: tf.Tensor) -> WeakDerivative:
    # The positive part is a double-sided Gamma(2); its first summand is the Laplace draw on the negative side.
    first, second, side = noise.split(seed, 3)
    loc, scale = parameters["loc"], parameters["scale"]
    signed = scale * tf.sign(noise.uniform(scale, side) - 0.5)
    near = noise.exponential(scale, first)
    far = near + noise.exponential(scale, second)
    return WeakDerivative(1.0 / scale, loc + signed * far, loc + signed * near)


FAMILY = Family(
    key="laplace",
    label="Laplace",
    parameters=(
        Parameter("loc", 1.0, -5.0, 5.0, r"\mu"),
        Parameter("scale", 1.0, 0.05, 5.0, "b", POSITIVE),
    ),
    make=lambda p: tfd.Laplace(p["loc"], p["scale"]),
    target=lambda p: tfd.Laplace(tf.zeros_like(p["loc"]), tf.ones_like(p["scale"])),
    support=lambda p: (-math.inf, math.inf),
    centers=lambda p: [p["loc"] + step * p["scale"] for step in (-5.0, 0.0, 5.0)],
    mirror=lambda p, x: 2.0 * p["loc"] - x,
    weak_derivatives={"loc": _weak_loc, "scale": _weak_scale},
    order=11,
)
