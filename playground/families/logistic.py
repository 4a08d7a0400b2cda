"""The logistic distribution: the log-odds of a uniform number."""

import math

import tensorflow as tf

from playground import hahn_jordan, noise
from playground.parameter import POSITIVE, Parameter, Parameters
from playground.problem import Family, WeakDerivative, tfd


def _weak_loc(parameters: Parameters, seed: tf.Tensor) -> WeakDerivative:
    # tanh²(distance / 2 scale) is uniform; one draw serves both sides.
    root = tf.minimum(tf.sqrt(noise.uniform(parameters["scale"], seed)), 1.0 - 1e-7)
    distance = 2.0 * parameters["scale"] * tf.atanh(root)
    return WeakDerivative(0.25 / parameters["scale"], parameters["loc"] + distance, parameters["loc"] - distance)


def _weak_scale(parameters: Parameters, seed: tf.Tensor) -> WeakDerivative:
    # By tables over the distance from loc, which has twice the density of one side; a random sign for both of the pair.
    first, side = noise.split(seed, 2)
    loc, scale = parameters["loc"], hahn_jordan.shared(parameters["scale"])
    pair = hahn_jordan.pairs(
        lambda s, distance: tfd.Logistic(tf.zeros_like(s), s).log_prob(distance) + math.log(2.0),
        scale,
        tf.math.log(scale) + math.log(1e-12),
        tf.math.log(scale) + math.log(45.0),
        noise.uniform(loc, first),
    )
    sign = tf.sign(noise.uniform(loc, side) - 0.5)
    return WeakDerivative(pair.constant, loc + sign * pair.positive, loc + sign * pair.negative)


FAMILY = Family(
    key="logistic",
    label="Logistic",
    parameters=(
        Parameter("loc", 1.0, -5.0, 5.0, r"\mu"),
        Parameter("scale", 0.5, 0.05, 3.0, "s", POSITIVE),
    ),
    make=lambda p: tfd.Logistic(p["loc"], p["scale"]),
    target=lambda p: tfd.Logistic(tf.zeros_like(p["loc"]), tf.ones_like(p["scale"])),
    support=lambda p: (-math.inf, math.inf),
    centers=lambda p: [p["loc"] + step * p["scale"] for step in (-5.0, 0.0, 5.0)],
    mirror=lambda p, x: 2.0 * p["loc"] - x,
    weak_derivatives={"loc": _weak_loc, "scale": _weak_scale},
    order=20,
)
