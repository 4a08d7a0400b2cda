"""The Normal distribution."""

import math

import tensorflow as tf

from playground import noise
from playground.parameter import POSITIVE, Parameter, Parameters
from playground.problem import Family, WeakDerivative, tfd


def _weak_loc(parameters: Parameters, seed: tf.Tensor) -> WeakDerivative:
    # Pflug: ∂_loc p = (p₊ − p₋)/(scale √2π), a Rayleigh distance to either side; one draw serves both sides.
    distance = parameters["scale"] * tf.sqrt(2.0 * noise.exponential(parameters["scale"], seed))
    constant = 1.0 / (parameters["scale"] * math.sqrt(2.0 * math.pi))
    return WeakDerivative(constant, parameters["loc"] + distance, parameters["loc"] - distance)


def _weak_scale(parameters: Parameters, seed: tf.Tensor) -> WeakDerivative:
    # ∂_scale p = (p₊ − p)/scale with p₊ a double-sided Maxwell, the length of three Normals with a random sign; a
    # uniform fraction of it is Normal again.
    loc, scale = parameters["loc"], parameters["scale"]
    seeds = noise.split(seed, 5)
    parts = [tf.random.stateless_normal(tf.shape(scale), part, dtype=scale.dtype) for part in seeds[:3]]
    maxwell = tf.sqrt(parts[0] ** 2 + parts[1] ** 2 + parts[2] ** 2)
    signed = scale * maxwell * tf.sign(noise.uniform(scale, seeds[3]) - 0.5)
    return WeakDerivative(1.0 / scale, loc + signed, loc + signed * noise.uniform(scale, seeds[4]))


FAMILY = Family(
    key="normal",
    label="Normal",
    parameters=(
        Parameter("loc", 1.0, -5.0, 5.0, r"\mu"),
        Parameter("scale", 1.0, 0.05, 5.0, r"\sigma", POSITIVE),
    ),
    make=lambda p: tfd.Normal(p["loc"], p["scale"]),
    target=lambda p: tfd.Normal(tf.zeros_like(p["loc"]), tf.ones_like(p["scale"])),
    support=lambda p: (-math.inf, math.inf),
    centers=lambda p: [p["loc"] + step * p["scale"] for step in (-3.0, 0.0, 3.0)],
    mirror=lambda p, x: 2.0 * p["loc"] - x,
    weak_derivatives={"loc": _weak_loc, "scale": _weak_scale},
)
