"""The Pareto distribution: its support begins at `scale`, so the score function is wrong there."""

import math

import tensorflow as tf

from playground import noise
from playground.parameter import POSITIVE, Parameter, Parameters
from playground.problem import Family, WeakDerivative, tfd


def _weak_concentration(parameters: Parameters, seed: tf.Tensor) -> WeakDerivative:
    # log(x / scale) is Exp(concentration): the exponential's pair, through the exponential function.
    first, second = noise.split(seed, 2)
    scale, alpha = parameters["scale"], parameters["concentration"]
    near = noise.exponential(alpha, first)
    far = near + noise.exponential(alpha, second)
    return WeakDerivative(1.0 / alpha, scale * tf.exp(near / alpha), scale * tf.exp(far / alpha))


def _weak_scale(parameters: Parameters, seed: tf.Tensor) -> WeakDerivative:
    # What a rising lower end cuts off is shared out among the rest: ∂_scale p = p(scale) (p − δ_scale).
    scale, alpha = parameters["scale"], parameters["concentration"]
    return WeakDerivative(alpha / scale, scale * tf.exp(noise.exponential(alpha, seed) / alpha), scale)


FAMILY = Family(
    key="pareto",
    label="Pareto",
    parameters=(
        # Below 2 the quadratic cost has no expectation.
        Parameter("concentration", 5.0, 3.0, 20.0, r"\alpha", POSITIVE),
        Parameter("scale", 1.0, 0.1, 5.0, r"x_m", POSITIVE),
    ),
    make=lambda p: tfd.Pareto(p["concentration"], p["scale"]),
    # A Pareto target would have an infinite logarithm outside of its own support.
    target=lambda p: tfd.LogNormal(tf.ones_like(p["scale"]), tf.ones_like(p["scale"])),
    support=lambda p: (p["scale"], math.inf),
    centers=lambda p: [p["scale"] * tf.exp(level / p["concentration"]) for level in (0.5, 2.0, 8.0)],
    moving_support=True,
    quantile=lambda d, u: d.scale * tf.exp(-tf.math.log1p(-u) / d.concentration),
    weak_derivatives={"concentration": _weak_concentration, "scale": _weak_scale},
    order=27,
)
