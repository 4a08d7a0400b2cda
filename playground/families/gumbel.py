"""The Gumbel distribution: the largest of many."""

import math

import tensorflow as tf

from playground import noise
from playground.families import weibull
from playground.parameter import POSITIVE, Parameter, Parameters
from playground.problem import Family, WeakDerivative, tfd


def _weak_loc(parameters: Parameters, seed: tf.Tensor) -> WeakDerivative:
    # exp(−(x − loc)/scale) is Exp(1), and a greater loc is a greater rate: the exponential's pair, through −scale log.
    first, second = noise.split(seed, 2)
    loc, scale = parameters["loc"], parameters["scale"]
    near = noise.exponential(scale, first)
    far = near + noise.exponential(scale, second)
    return WeakDerivative(1.0 / scale, loc - scale * tf.math.log(near), loc - scale * tf.math.log(far))


def _weak_scale(parameters: Parameters, seed: tf.Tensor) -> WeakDerivative:
    # With s for the scale, exp(−(x − loc)/scale) is Weibull(scale / s): where s grows by ds, the concentration falls
    # from 1 by ds / scale, so the Weibull's pair changes places.
    loc, scale = parameters["loc"], parameters["scale"]
    one = tf.ones_like(scale)
    pair = weibull.FAMILY.weak_derivatives["concentration"]({"concentration": one, "scale": one}, seed)
    positive, negative = (loc - scale * tf.math.log(side) for side in (pair.negative, pair.positive))
    return WeakDerivative(pair.constant / scale, positive, negative)


FAMILY = Family(
    key="gumbel",
    label="Gumbel",
    parameters=(
        Parameter("loc", 0.5, -5.0, 5.0, r"\mu"),
        Parameter("scale", 0.7, 0.05, 3.0, r"\beta", POSITIVE),
    ),
    make=lambda p: tfd.Gumbel(p["loc"], p["scale"]),
    target=lambda p: tfd.Gumbel(tf.zeros_like(p["loc"]), tf.ones_like(p["scale"])),
    support=lambda p: (-math.inf, math.inf),
    centers=lambda p: [p["loc"] + step * p["scale"] for step in (-2.0, 0.5, 6.0)],
    weak_derivatives={"loc": _weak_loc, "scale": _weak_scale},
    order=22,
)
