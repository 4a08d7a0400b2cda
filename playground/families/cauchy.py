"""The Cauchy distribution: tails so heavy that it has no mean.

A cost that grows as fast as |x| has no expectation under it, and says so (`playground.expectation`); a path along which
f′(x) does not fade has no mean either. A wave is integrated out to some 200 scales, beyond which its crests outrun any
nodes: E[cos x] is known to 1e-4 by the curves and to 1e-5 by `exact.reference`, everything else to ten digits.
"""

import math

import tensorflow as tf

from playground import noise
from playground.parameter import POSITIVE, Parameter, Parameters
from playground.problem import Family, WeakDerivative, tfd

REACH = (2.0, 6.0, 20.0, 60.0, 200.0)  # In scales.


def _weak_loc(parameters: Parameters, seed: tf.Tensor) -> WeakDerivative:
    u = tf.minimum(noise.uniform(parameters["scale"], seed), 1.0 - 1e-7)
    distance = parameters["scale"] * tf.sqrt(u / (1.0 - u))
    return WeakDerivative(
        1.0 / (math.pi * parameters["scale"]), parameters["loc"] + distance, parameters["loc"] - distance
    )


def _weak_scale(parameters: Parameters, seed: tf.Tensor) -> WeakDerivative:
    # A Cauchy is a Normal divided by another: as for the Normal, a Maxwell divided by it, and a uniform fraction.
    *seeds, fraction = noise.split(seed, 5)
    loc, scale = parameters["loc"], parameters["scale"]
    parts = [tf.random.stateless_normal(tf.shape(scale), part, dtype=scale.dtype) for part in seeds]
    distance = scale * tf.sqrt(parts[0] ** 2 + parts[1] ** 2 + parts[2] ** 2) / parts[3]
    return WeakDerivative(1.0 / scale, loc + distance, loc + distance * noise.uniform(scale, fraction))


FAMILY = Family(
    key="cauchy",
    label="Cauchy",
    parameters=(
        Parameter("loc", 1.0, -5.0, 5.0, r"x_0"),
        Parameter("scale", 1.0, 0.05, 5.0, r"\gamma", POSITIVE),
    ),
    make=lambda p: tfd.Cauchy(p["loc"], p["scale"]),
    target=lambda p: tfd.Cauchy(tf.zeros_like(p["loc"]), tf.ones_like(p["scale"])),
    support=lambda p: (-math.inf, math.inf),
    centers=lambda p: [p["loc"] + step * p["scale"] for step in (*(-r for r in reversed(REACH)), 0.0, *REACH)],
    view=lambda p: [p["loc"] - 8.0 * p["scale"], p["loc"] + 8.0 * p["scale"]],
    moments_below=1.0,
    mirror=lambda p, x: 2.0 * p["loc"] - x,
    weak_derivatives={"loc": _weak_loc, "scale": _weak_scale},
    order=21,
)
