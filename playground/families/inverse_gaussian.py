"""The inverse Gaussian: when a drifting Brownian motion first arrives. TFP's own path through it is wrong."""

import math
from collections.abc import Sequence

import tensorflow as tf

from playground import hahn_jordan, noise
from playground.parameter import POSITIVE, Parameter, Parameters
from playground.problem import Family, WeakDerivative, tfd


def _make(parameters: Parameters) -> tfd.Distribution:
    return tfd.InverseGaussian(parameters["loc"], parameters["concentration"])


def _half_width(parameters: Parameters, depth: float) -> tf.Tensor:
    """The w for which the density's exponent, −concentration (x − loc)²/(2 loc² x), is −`depth` at x = loc e^{±w}."""
    return tf.acosh(1.0 + depth * parameters["loc"] / parameters["concentration"])


def _centers(parameters: Parameters) -> Sequence[tf.Tensor]:
    near, far = (_half_width(parameters, depth) for depth in (1.0, 4.0))
    return [parameters["loc"] * tf.exp(step) for step in (-far, -near, tf.zeros_like(near), near, far)]


def _weak_by_table(name: str, parameters: Parameters, seed: tf.Tensor) -> WeakDerivative:
    fixed = {key: hahn_jordan.shared(value) for key, value in parameters.items()}
    middle, width = tf.math.log(fixed["loc"]), _half_width(fixed, 45.0)
    return hahn_jordan.pairs(
        lambda own, x: _make(fixed | {name: own}).log_prob(x),
        fixed[name],
        middle - width,
        middle + width,
        noise.uniform(parameters["loc"], seed),
    )


FAMILY = Family(
    key="inverse_gaussian",
    label="Inverse Gaussian",
    parameters=(
        Parameter("loc", 1.0, 0.2, 5.0, r"\mu", POSITIVE),
        Parameter("concentration", 3.0, 0.3, 20.0, r"\lambda", POSITIVE),
    ),
    make=_make,
    target=lambda p: tfd.InverseGaussian(tf.constant(1.5, p["loc"].dtype), tf.constant(2.0, p["loc"].dtype)),
    support=lambda p: (0.0, math.inf),
    centers=_centers,
    pathwise_by_cdf=False,
    wrong_pathwise=(
        "TFP's sampler returns ∂x/∂concentration in the place of ∂x/∂loc, and the other way round, "
        "wherever the two parameters have one shape."
    ),
    weak_derivatives={
        "loc": lambda p, seed: _weak_by_table("loc", p, seed),
        "concentration": lambda p, seed: _weak_by_table("concentration", p, seed),
    },
    order=26,
)
