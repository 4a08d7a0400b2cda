"""The negative binomial distribution: successes before a number of failures, which need not be whole."""

import math

import numpy as np
import tensorflow as tf
from tensorflow_probability import math as tfp_math

from playground import noise
from playground.families.discrete import quantile_over
from playground.parameter import POSITIVE, Parameter, Parameters
from playground.problem import Family, WeakDerivative, tfd


def _make(parameters: Parameters) -> tfd.Distribution:
    return tfd.NegativeBinomial(
        parameters["total_count"], logits=parameters["logits"], require_integer_total_count=False
    )


def _weak_logits(parameters: Parameters, seed: tf.Tensor) -> WeakDerivative:
    # With q = σ(logits): ∂_logits p = r q (1 + NB(r + 1) − NB(r)), and NB(r + 1) is NB(r) and one more geometric.
    first, second = noise.split(seed, 2)
    count, logits = _make(parameters).sample(seed=first), parameters["logits"]
    more = tf.floor(noise.exponential(logits, second) / tf.nn.softplus(-logits))
    return WeakDerivative(parameters["total_count"] * tf.sigmoid(logits), 1.0 + count + more, count)


def _weak_total_count(parameters: Parameters, seed: tf.Tensor) -> WeakDerivative:
    # A sum of Poisson(−r log(1 − q)) terms of the logarithmic distribution: a greater r makes one term more likely. The
    # term is drawn as in Kemp (1981).
    first, second, third = noise.split(seed, 3)
    count, logits = _make(parameters).sample(seed=first), parameters["logits"]
    rate = tf.nn.softplus(logits)
    ratio = tfp_math.log1mexp(rate * noise.uniform(logits, second))
    term = tf.floor(1.0 + tf.math.log(noise.uniform(logits, third)) / ratio)
    return WeakDerivative(rate, count + term, count)


def _enough(total_count: tf.Tensor | float, logits: tf.Tensor | float) -> tf.Tensor:
    """A count that is exceeded with a probability far below 1e-18."""
    decay = tf.nn.softplus(-logits)  # −log q
    return 2.0 * total_count * tf.exp(logits) + (60.0 + 2.0 * total_count) / decay


def _atoms(distribution: tfd.Distribution) -> tf.Tensor:
    largest = tf.reduce_max(_enough(distribution.total_count, distribution.logits))
    return tf.range(tf.floor(largest) + 1.0)


FAMILY = Family(
    key="negative_binomial",
    label="Negative binomial",
    parameters=(
        Parameter("total_count", 5.0, 0.5, 20.0, "r", POSITIVE),
        Parameter("logits", -0.5, -3.0, 2.0, r"\phi"),
    ),
    make=_make,
    target=lambda p: _make({"total_count": 8.0 * tf.ones_like(p["logits"]), "logits": tf.zeros_like(p["logits"])}),
    support=lambda p: (0.0, math.inf),
    atoms=lambda p: np.arange(np.floor(float(_enough(float(p["total_count"]), float(p["logits"])))) + 1.0),
    quantile=quantile_over(_atoms),
    weak_derivatives={"total_count": _weak_total_count, "logits": _weak_logits},
    order=35,
)
