"""The discrete distributions, over numbers and over vectors, and those that are neither discrete nor continuous."""

import itertools
from collections.abc import Mapping

import numpy as np
import tensorflow as tf
from tensorflow_probability import distributions as tfd

from playground.audit.case import Case
from playground.audit.measure import Measured, atoms, counts, quadrature

THREE = [0.5, 0.0, -0.7]
SHARES = [0.5, 0.3, 0.2]
BITS, CLASSES = counts(1), counts(2)
ONE_HOT = atoms(np.eye(3))
SPLITS = atoms([[a, b, 4.0 - a - b] for a in range(5) for b in range(5 - a)])
ORDERS = atoms([list(order) for order in itertools.permutations(range(3))])
SUBSETS = atoms([list(subset) for subset in itertools.product((0.0, 1.0), repeat=2)])


def _categorical(probs: tf.Tensor) -> tfd.Distribution:
    return tfd.Categorical(probs=probs / tf.reduce_sum(probs, axis=-1, keepdims=True))


def _finite(outcomes: tf.Tensor, logits: tf.Tensor) -> tfd.Distribution:
    return tfd.FiniteDiscrete(outcomes, logits=logits)


def _quantized(loc: tf.Tensor, scale: tf.Tensor) -> tfd.Distribution:
    return tfd.QuantizedDistribution(tfd.Normal(loc, scale), low=-20.0, high=20.0)


def _inflated(inflated_loc_logits: tf.Tensor, loc: tf.Tensor, scale: tf.Tensor) -> tfd.Distribution:
    return tfd.Inflated(tfd.Normal(loc, scale), inflated_loc_logits=inflated_loc_logits)


def _inflated_measure(distribution: tfd.Distribution, parameters: Mapping[str, tf.Tensor]) -> Measured:
    # TFP takes the softmax of (logits, −logits): the log odds are twice what the name says.
    share = tf.sigmoid(2.0 * parameters["inflated_loc_logits"])
    rest = quadrature(tfd.Normal(parameters["loc"], parameters["scale"]))
    x = tf.concat([tf.zeros([1], tf.float64), rest.x], 0)
    return Measured(x, tf.concat([share[tf.newaxis], (1.0 - share) * rest.mass], 0))


def _empirical(distribution: tfd.Distribution, parameters: Mapping[str, tf.Tensor]) -> Measured:
    samples = parameters["samples"]
    return Measured(samples, tf.ones_like(samples) / samples.shape[0])


def _outcomes(distribution: tfd.Distribution, parameters: Mapping[str, tf.Tensor]) -> Measured:
    return Measured(parameters["outcomes"], tf.nn.softmax(parameters["logits"]))


def _deterministic(distribution: tfd.Distribution, parameters: Mapping[str, tf.Tensor]) -> Measured:
    return Measured(parameters["loc"][tf.newaxis], tf.ones([1], tf.float64))


def _zero_inflated(inflated_loc_logits: tf.Tensor, total_count: tf.Tensor, logits: tf.Tensor) -> tfd.Distribution:
    return tfd.ZeroInflatedNegativeBinomial(
        inflated_loc_logits=inflated_loc_logits,
        total_count=total_count,
        logits=logits,
        require_integer_total_count=False,
    )


def _points(eigenvalues: tf.Tensor) -> tfd.Distribution:
    return tfd.DeterminantalPointProcess(eigenvalues, tf.eye(2, dtype=eigenvalues.dtype))


DISCRETE = (
    Case("Bernoulli(logits)", ({"logits": 0.8}, {"logits": -1.5}), measure=BITS),
    Case("Bernoulli(probs)", ({"probs": 0.3},), measure=BITS),
    Case(
        "BetaBinomial",
        ({"concentration1": 2.0, "concentration0": 3.5},),
        constants={"total_count": 10.0},
        measure=counts(10),
    ),
    Case("Binomial(logits)", ({"logits": 0.8},), constants={"total_count": 10.0}, measure=counts(10)),
    Case("Binomial(probs)", ({"probs": 0.3},), constants={"total_count": 10.0}, measure=counts(10)),
    Case("Categorical(logits)", ({"logits": THREE},), measure=CLASSES),
    Case("Categorical(probs)", ({"probs": SHARES},), _categorical, measure=CLASSES),
    Case("Deterministic", ({"loc": 0.5},), measure=_deterministic),
    Case("DeterminantalPointProcess", ({"eigenvalues": [0.7, 1.6]},), _points, measure=SUBSETS),
    Case(
        "DirichletMultinomial",
        ({"concentration": [2.0, 1.0, 0.7]},),
        constants={"total_count": 4.0},
        measure=SPLITS,
    ),
    Case("Empirical", ({"samples": [0.5, -1.0, 2.0]},), measure=_empirical, copies=False),
    Case("FiniteDiscrete", ({"outcomes": [0.0, 0.7, 2.0], "logits": THREE},), _finite, measure=_outcomes, copies=False),
    Case("Geometric(logits)", ({"logits": -0.4},), measure=counts(200)),
    Case("Geometric(probs)", ({"probs": 0.3},), measure=counts(200)),
    Case("Inflated", ({"inflated_loc_logits": -0.4, "loc": 0.5, "scale": 1.5},), _inflated, measure=_inflated_measure),
    Case("Multinomial(logits)", ({"logits": THREE},), constants={"total_count": 4.0}, measure=SPLITS),
    Case(
        "NegativeBinomial(logits)",
        ({"total_count": 3.5, "logits": -0.4},),
        constants={"require_integer_total_count": False},
        measure=counts(300),
    ),
    Case(
        "NegativeBinomial(probs)",
        ({"total_count": 3.5, "probs": 0.3},),
        constants={"require_integer_total_count": False},
        measure=counts(300),
    ),
    Case("OneHotCategorical(logits)", ({"logits": THREE},), measure=ONE_HOT),
    Case("OrderedLogistic", ({"cutpoints": [-1.0, 0.8], "loc": 0.3},), measure=CLASSES),
    Case("PlackettLuce", ({"scores": [0.5, 1.0, 1.8]},), measure=ORDERS),
    Case("Poisson(log_rate)", ({"log_rate": 0.7},), measure=counts(100)),
    Case("Poisson(rate)", ({"rate": 3.0},), measure=counts(100)),
    Case("PoissonLogNormalQuadratureCompound", ({"loc": 0.5, "scale": 0.5},), measure=counts(300)),
    Case("ProbitBernoulli(probits)", ({"probits": 0.4},), measure=BITS),
    Case("ProbitBernoulli(probs)", ({"probs": 0.3},), measure=BITS),
    Case("QuantizedDistribution", ({"loc": 0.5, "scale": 1.5},), _quantized, measure=atoms(np.arange(-20.0, 21.0))),
    Case("Skellam(log_rate)", ({"log_rate1": 0.7, "log_rate2": 0.0},), measure=atoms(np.arange(-40.0, 41.0))),
    Case("Skellam(rate)", ({"rate1": 3.0, "rate2": 1.0},), measure=atoms(np.arange(-40.0, 41.0))),
    Case("StoppingRatioLogistic", ({"cutpoints": [-1.0, 0.8], "loc": 0.3},), measure=CLASSES),
    Case("VectorDeterministic", ({"loc": [0.5, -1.0]},), measure=_deterministic),
    Case(
        "ZeroInflatedNegativeBinomial",
        ({"inflated_loc_logits": -0.4, "total_count": 3.5, "logits": -0.4},),
        _zero_inflated,
        measure=counts(300),
    ),
    Case("Zipf", ({"power": 4.0},), measure=atoms(np.arange(1.0, 4000.0))),
)
