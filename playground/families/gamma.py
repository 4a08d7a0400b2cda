"""The Gamma distribution."""

import math
from collections.abc import Sequence

import tensorflow as tf

from playground import hahn_jordan, noise
from playground.concentrations import off_one
from playground.parameter import POSITIVE, Parameter, Parameters
from playground.problem import Family, WeakDerivative, tfd


def _centers(parameters: Parameters) -> Sequence[tf.Tensor]:
    # Steps of the standard deviation of the log-normal that has the same mean and variance.
    step = tf.sqrt(tf.math.log1p(1.0 / parameters["concentration"]))
    mean = parameters["concentration"] / parameters["rate"]
    return [mean * tf.exp(count * step) for count in (-2.0, 0.0, 2.0)]


def _weak_rate(parameters: Parameters, seed: tf.Tensor) -> WeakDerivative:
    # ∂_rate p = (Gamma(α, rate) − Gamma(α + 1, rate)) α / rate; one more exponential summand leads to the second.
    first, second = noise.split(seed, 2)
    near = FAMILY.make(parameters).sample(seed=first)
    far = near + noise.exponential(near, second) / parameters["rate"]
    return WeakDerivative(parameters["concentration"] / parameters["rate"], near, far)


def _weak_concentration(parameters: Parameters, seed: tf.Tensor) -> WeakDerivative:
    alpha, rate = hahn_jordan.shared(parameters["concentration"]), hahn_jordan.shared(parameters["rate"])
    # From where F = 1e-14, by F(x) ≈ (rate x)^α / Γ(α + 1), to far beyond the last exponential of the sum.
    lower = (math.log(1e-14) + tf.math.lgamma(alpha + 1.0)) / alpha
    upper = tf.math.log(alpha + 9.0 * tf.sqrt(alpha) + 40.0)
    return hahn_jordan.pairs(
        lambda a, x: tfd.Gamma(off_one(a), rate).log_prob(x),
        alpha,
        lower - tf.math.log(rate),
        upper - tf.math.log(rate),
        noise.uniform(parameters["concentration"], seed),
    )


FAMILY = Family(
    key="gamma",
    label="Gamma",
    parameters=(
        Parameter("concentration", 2.0, 0.3, 10.0, r"\alpha", POSITIVE),
        Parameter("rate", 1.0, 0.2, 10.0, r"\beta", POSITIVE),
    ),
    make=lambda p: tfd.Gamma(off_one(p["concentration"]), p["rate"]),
    target=lambda p: tfd.Gamma(tf.constant(3.0, p["rate"].dtype), tf.constant(2.0, p["rate"].dtype)),
    support=lambda p: (0.0, math.inf),
    centers=_centers,
    weak_derivatives={"concentration": _weak_concentration, "rate": _weak_rate},
    order=13,
)
