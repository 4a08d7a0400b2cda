"""The Beta distribution."""

from collections.abc import Sequence
from typing import Any

import tensorflow as tf
from tensorflow_probability import math as tfp_math

from playground import hahn_jordan, noise
from playground.concentrations import off_one
from playground.parameter import POSITIVE, Parameter, Parameters
from playground.problem import Family, WeakDerivative, tfd
from playground.unit_interval import inside

NUDGE = 1e-8  # Off whole numbers, relative.
TABLE = 1000  # Values of N by table; beyond it N is Pareto to within 1/TABLE, and rare.


class _Beta(tfd.Beta):
    """TFP's, sampled without rounding to 1: one float32 in 800 does at Beta(20, ½), and its score is not finite."""

    def _sample_n(self, n: Any, seed: Any = None) -> tf.Tensor:
        return inside(super()._sample_n(n, seed))


def _centers(parameters: Parameters) -> Sequence[tf.Tensor]:
    # The same steps on the logit scale as the Gamma family takes on the log scale.
    alpha, beta = parameters["concentration1"], parameters["concentration0"]
    step, middle = tf.sqrt(tf.math.log1p(1.0 / alpha + 1.0 / beta)), tf.math.log(alpha / beta)
    return [tf.sigmoid(middle + count * step) for count in (-2.0, 0.0, 2.0)]


def _quantile(distribution: tfd.Distribution, u: tf.Tensor) -> tf.Tensor:
    # At whole-number parameters TFP's continued fraction comes to its end before its derivative does: dx/dα is off by
    # up to 1 % at Beta(2, 3). A hair's breadth away it is right, and in float64 the hair is seen.
    own = (distribution.concentration1, distribution.concentration0)
    alpha, beta = (tf.cast(value, tf.float64) * (1.0 + NUDGE) for value in own)
    return inside(tf.cast(tfp_math.betaincinv(alpha, beta, tf.cast(u, tf.float64)), u.dtype))


def _extra(alpha: tf.Tensor, beta: tf.Tensor, u: tf.Tensor) -> tf.Tensor:
    """N ≥ 1 with P(N = n) ∝ B(α, β + n) / n, by its inverse distribution function at u."""
    n = tf.range(1.0, TABLE + 1.0, dtype=tf.float64)
    log_mass = tf.math.lgamma(beta + n) - tf.math.lgamma(alpha + beta + n) - tf.math.log(n)
    log_mass += tf.math.lgamma(alpha + beta) - tf.math.lgamma(beta)
    normalizer = tf.math.digamma(alpha + beta) - tf.math.digamma(alpha)
    cumulative = tf.cumsum(tf.exp(log_mass)) / normalizer
    level = tf.cast(tf.reshape(u, [-1]), tf.float64)
    listed = tf.cast(tf.searchsorted(cumulative, level), tf.float64) + 1.0
    beyond = tf.maximum(1.0 - cumulative[-1], 1e-300)
    pareto = (TABLE + 0.5) * tf.minimum((tf.maximum(1.0 - level, 1e-16) / beyond) ** (-1.0 / alpha), 1e25)
    return tf.reshape(tf.cast(tf.where(listed > TABLE, pareto, listed), u.dtype), tf.shape(u))


def _pair(alpha: tf.Tensor, beta: tf.Tensor, seed: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
    """c, Beta(α, β) and Beta(α, β + N), from −log x = Σ (1 − x)ⁿ / n; N further exponentials couple the two."""
    first, second, third, fourth = noise.split(seed, 4)
    one = tf.ones_like(alpha)
    numerator = tfd.Gamma(alpha, one).sample(seed=first)
    other = tfd.Gamma(beta, one).sample(seed=second)
    count = _extra(hahn_jordan.shared(alpha), hahn_jordan.shared(beta), noise.uniform(alpha, third))
    further = other + tfd.Gamma(count, one).sample(seed=fourth)
    constant = tf.math.digamma(alpha + beta) - tf.math.digamma(alpha)
    return constant, inside(numerator / (numerator + other)), inside(numerator / (numerator + further))


def _weak_concentration1(parameters: Parameters, seed: tf.Tensor) -> WeakDerivative:
    return WeakDerivative(*_pair(parameters["concentration1"], parameters["concentration0"], seed))


def _weak_concentration0(parameters: Parameters, seed: tf.Tensor) -> WeakDerivative:
    # If x ~ Beta(α, β), then 1 − x ~ Beta(β, α).
    constant, positive, negative = _pair(parameters["concentration0"], parameters["concentration1"], seed)
    return WeakDerivative(constant, inside(1.0 - positive), inside(1.0 - negative))


FAMILY = Family(
    key="beta",
    label="Beta",
    parameters=(
        Parameter("concentration1", 2.0, 0.5, 20.0, r"\alpha", POSITIVE),
        Parameter("concentration0", 3.0, 0.5, 20.0, r"\beta", POSITIVE),
    ),
    make=lambda p: _Beta(off_one(p["concentration1"]), off_one(p["concentration0"])),
    target=lambda p: tfd.Beta(*[tf.constant(4.0, p["concentration1"].dtype)] * 2),
    support=lambda p: (0.0, 1.0),
    centers=_centers,
    quantile=_quantile,
    pathwise_by_cdf=False,  # The sampler is a ratio of two Gammas.
    weak_derivatives={"concentration1": _weak_concentration1, "concentration0": _weak_concentration0},
    order=14,
)
