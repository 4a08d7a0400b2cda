"""The continuous distributions over numbers, each at two or three parameter points."""

import functools
import math
from collections.abc import Callable, Mapping

import numpy as np
import tensorflow as tf
from tensorflow_probability import bijectors as tfb
from tensorflow_probability import distributions as tfd

from playground.audit.case import Case
from playground.audit.costs import CIRCLE
from playground.audit.measure import Measured, circle, quadrature


def _at(name: str) -> Callable[[Mapping[str, tf.Tensor]], list[tf.Tensor]]:
    return lambda parameters: [parameters[name]]


def _extreme_value(distribution: tfd.Distribution, parameters: Mapping[str, tf.Tensor]) -> Measured:
    # At concentration 0 TFP's density is 0 below loc − scale, where a Gumbel's, which it is, has 7 % of its mass.
    if parameters["concentration"] == 0.0:
        return quadrature(tfd.Gumbel(parameters["loc"], parameters["scale"]))
    return quadrature(distribution, over=tfb.Identity())


def _quotient(distribution: tfd.Distribution, parameters: Mapping[str, tf.Tensor]) -> Measured:
    """By its definition, one Beta divided by another: TFP's density is a hypergeometric series, and slow."""
    above, below = (
        quadrature(tfd.Beta(parameters[f"concentration1_{part}"], parameters[f"concentration0_{part}"]), panels=40)
        for part in ("numerator", "denominator")
    )
    x = above.x[:, tf.newaxis] / tf.maximum(below.x, 1e-12)
    return Measured(tf.reshape(x, [-1]), tf.reshape(above.mass[:, tf.newaxis] * below.mass, [-1]))


def _positive(distribution: tfd.Distribution, parameters: Mapping[str, tf.Tensor]) -> Measured:
    return quadrature(distribution, over=tfb.Exp())  # TFP's own bijector works in float32 only.


@functools.cache
def _standard_horseshoe() -> Measured:
    """Scale 1, by its definition, a Normal whose scale is half-Cauchy: TFP's density is right to three digits only.

    With z = x²/2, p(x) = e^z E₁(z)/√(2π³), and e^z E₁(z) = ∫ e^−s/(z + s) ds over s > 0. Both x and s are e^(…).
    """
    t, weight = np.polynomial.legendre.leggauss(800)
    u, s = 40.0 * t, np.exp(20.0 * t - 15.0)
    z = np.exp(2.0 * u)[:, np.newaxis] / 2.0
    density = (20.0 * weight * s * np.exp(-s) / (z + s)).sum(axis=1) / math.sqrt(2.0 * math.pi**3)
    x, mass = np.exp(u), 40.0 * weight * np.exp(u) * density
    return Measured(tf.constant(np.concatenate([x, -x])), tf.constant(np.concatenate([mass, mass])))


def _horseshoe(distribution: tfd.Distribution, parameters: Mapping[str, tf.Tensor]) -> Measured:
    standard = _standard_horseshoe()
    return Measured(standard.x * parameters["scale"], standard.mass)


def _lambert(shift: tf.Tensor, scale: tf.Tensor, tailweight: tf.Tensor) -> tfd.Distribution:
    return tfd.LambertWDistribution(tfd.Normal(shift, scale), shift, scale, tailweight)


CONTINUOUS = (
    Case(
        "Bates",
        ({"low": -1.0, "high": 2.0}, {"low": 0.3, "high": 0.9}),
        constants={"total_count": 4},
        kinks=lambda p: [p["low"] + k / 4.0 * (p["high"] - p["low"]) for k in (1, 2, 3)],
    ),
    Case("Beta", ({"concentration1": 2.0, "concentration0": 3.5}, {"concentration1": 0.8, "concentration0": 1.4})),
    Case(
        "BetaQuotient",
        (
            {
                "concentration1_numerator": 2.0,
                "concentration0_numerator": 3.0,
                "concentration1_denominator": 4.0,
                "concentration0_denominator": 2.5,
            },
        ),
        measure=_quotient,
    ),
    Case("Cauchy", ({"loc": 0.5, "scale": 1.5}, {"loc": -1.0, "scale": 0.6})),
    Case("Cauchy(cost that does not decay)", ({"loc": 0.5, "scale": 1.5},), formulas=CIRCLE),
    Case("Chi", ({"df": 3.0}, {"df": 7.5})),
    Case("Chi2", ({"df": 3.0}, {"df": 7.5})),
    Case("ContinuousBernoulli(at logits 0)", ({"logits": 0.0},)),
    Case("ContinuousBernoulli(logits)", ({"logits": 1.2}, {"logits": -2.0})),
    Case("ContinuousBernoulli(probs)", ({"probs": 0.3}, {"probs": 0.8})),
    Case("DoublesidedMaxwell", ({"loc": 0.5, "scale": 1.5}, {"loc": -1.0, "scale": 0.6}), kinks=_at("loc")),
    Case("ExpGamma", ({"concentration": 2.0, "rate": 1.5}, {"concentration": 0.7, "rate": 3.0})),
    Case("ExpInverseGamma", ({"concentration": 2.0, "scale": 1.5}, {"concentration": 3.5, "scale": 0.7})),
    Case("Exponential", ({"rate": 1.5}, {"rate": 0.6})),
    Case(
        "ExponentiallyModifiedGaussian",
        ({"loc": 0.5, "scale": 1.5, "rate": 0.8}, {"loc": -1.0, "scale": 0.6, "rate": 2.0}),
    ),
    Case("Gamma", ({"concentration": 2.0, "rate": 1.5}, {"concentration": 0.7, "rate": 3.0})),
    Case("Gamma(log_rate)", ({"concentration": 2.0, "log_rate": 0.4},)),
    Case("GammaGamma", ({"concentration": 2.0, "mixing_concentration": 3.0, "mixing_rate": 1.5},)),
    Case(
        "GeneralizedExtremeValue",
        ({"loc": 0.5, "scale": 1.5, "concentration": 0.3}, {"loc": -1.0, "scale": 0.6, "concentration": -0.4}),
    ),
    Case(
        "GeneralizedExtremeValue(at concentration 0)",
        ({"loc": 0.5, "scale": 1.5, "concentration": 0.0},),
        measure=_extreme_value,
    ),
    Case(
        "GeneralizedNormal",
        ({"loc": 0.5, "scale": 1.5, "power": 3.0}, {"loc": -1.0, "scale": 0.6, "power": 1.4}),
        kinks=_at("loc"),
    ),
    Case(
        "GeneralizedPareto",
        ({"loc": 0.5, "scale": 1.5, "concentration": 0.3}, {"loc": -1.0, "scale": 0.6, "concentration": -0.4}),
    ),
    Case("GeneralizedPareto(at concentration 0)", ({"loc": 0.5, "scale": 1.5, "concentration": 0.0},)),
    Case("Gumbel", ({"loc": 0.5, "scale": 1.5}, {"loc": -1.0, "scale": 0.6})),
    Case("HalfCauchy", ({"loc": 0.5, "scale": 1.5}, {"loc": -1.0, "scale": 0.6})),
    Case("HalfNormal", ({"scale": 1.5}, {"scale": 0.6})),
    Case("HalfStudentT", ({"df": 3.0, "loc": 0.5, "scale": 1.5}, {"df": 6.0, "loc": -1.0, "scale": 0.6})),
    Case("Horseshoe", ({"scale": 1.5}, {"scale": 0.6}), measure=_horseshoe),
    Case("InverseGamma", ({"concentration": 2.0, "scale": 1.5}, {"concentration": 3.5, "scale": 0.7})),
    Case(
        "InverseGaussian", ({"loc": 1.0, "concentration": 3.0}, {"loc": 2.0, "concentration": 1.5}), measure=_positive
    ),
    Case(
        "JohnsonSU",
        (
            {"skewness": 0.5, "tailweight": 1.5, "loc": 0.5, "scale": 1.5},
            {"skewness": -1.0, "tailweight": 2.0, "loc": -1.0, "scale": 0.6},
        ),
    ),
    Case(
        "Kumaraswamy", ({"concentration1": 2.0, "concentration0": 3.5}, {"concentration1": 0.8, "concentration0": 1.4})
    ),
    Case(
        "LambertWNormal",
        ({"loc": 0.5, "scale": 1.5, "tailweight": 0.2}, {"loc": -1.0, "scale": 0.6, "tailweight": 0.4}),
    ),
    Case("LambertWDistribution", ({"shift": 0.5, "scale": 1.5, "tailweight": 0.2},), _lambert),
    Case("Laplace", ({"loc": 0.5, "scale": 1.5}, {"loc": -1.0, "scale": 0.6}), kinks=_at("loc")),
    Case("LogLogistic", ({"loc": 0.5, "scale": 0.5}, {"loc": -1.0, "scale": 0.3})),
    Case("LogNormal", ({"loc": 0.5, "scale": 1.0}, {"loc": -1.0, "scale": 0.6})),
    Case("Logistic", ({"loc": 0.5, "scale": 1.5}, {"loc": -1.0, "scale": 0.6})),
    Case("LogitNormal", ({"loc": 0.5, "scale": 1.5}, {"loc": -1.0, "scale": 0.6})),
    Case("Moyal", ({"loc": 0.5, "scale": 1.5}, {"loc": -1.0, "scale": 0.6})),
    Case("NoncentralChi2", ({"df": 3.0, "noncentrality": 2.0}, {"df": 5.0, "noncentrality": 0.7})),
    Case("NoncentralChi2(df below 1)", ({"df": 0.8, "noncentrality": 4.0},)),
    Case("Normal", ({"loc": 0.5, "scale": 1.5}, {"loc": -1.0, "scale": 0.6})),
    Case(
        "NormalInverseGaussian",
        (
            {"loc": 0.5, "scale": 1.5, "tailweight": 2.0, "skewness": 0.7},
            {"loc": -1.0, "scale": 0.6, "tailweight": 1.5, "skewness": -0.5},
        ),
    ),
    Case(
        "PERT",
        (
            {"low": -1.0, "peak": 0.7, "high": 2.0, "temperature": 4.0},
            {"low": 0.0, "peak": 0.3, "high": 1.5, "temperature": 2.0},
        ),
    ),
    Case("Pareto", ({"concentration": 3.0, "scale": 1.5}, {"concentration": 1.5, "scale": 0.6})),
    Case("RelaxedBernoulli(logits)", ({"temperature": 0.7, "logits": 0.8}, {"temperature": 1.5, "logits": -0.5})),
    Case("RelaxedBernoulli(probs)", ({"temperature": 0.7, "probs": 0.3},)),
    Case(
        "SigmoidBeta", ({"concentration1": 2.0, "concentration0": 3.5}, {"concentration1": 0.8, "concentration0": 1.4})
    ),
    Case(
        "SinhArcsinh",
        (
            {"loc": 0.5, "scale": 1.5, "skewness": 0.3, "tailweight": 1.2},
            {"loc": -1.0, "scale": 0.6, "skewness": -0.5, "tailweight": 0.8},
        ),
    ),
    Case("StudentT", ({"df": 3.0, "loc": 0.5, "scale": 1.5}, {"df": 6.0, "loc": -1.0, "scale": 0.6})),
    Case(
        "Triangular",
        ({"low": -1.0, "high": 2.0, "peak": 0.5}, {"low": 0.0, "high": 1.5, "peak": 1.2}),
        kinks=_at("peak"),
    ),
    Case(
        "TruncatedCauchy",
        (
            {"loc": 0.5, "scale": 1.0, "low": -1.0, "high": 2.0},
            {"loc": -0.5, "scale": 0.6, "low": -2.0, "high": 1.0},
        ),
    ),
    Case(
        "TruncatedNormal",
        (
            {"loc": 0.5, "scale": 1.0, "low": -1.0, "high": 2.0},
            {"loc": -0.5, "scale": 0.6, "low": -2.0, "high": 1.0},
        ),
    ),
    Case(
        "TwoPieceNormal",
        ({"loc": 0.5, "scale": 1.5, "skewness": 1.4}, {"loc": -1.0, "scale": 0.6, "skewness": 0.7}),
        kinks=_at("loc"),
    ),
    Case(
        "TwoPieceStudentT",
        (
            {"df": 3.0, "loc": 0.5, "scale": 1.5, "skewness": 1.4},
            {"df": 6.0, "loc": -1.0, "scale": 0.6, "skewness": 0.7},
        ),
        kinks=_at("loc"),
    ),
    Case("Uniform", ({"low": -1.0, "high": 2.0}, {"low": 0.3, "high": 0.9})),
    Case(
        "VonMises",
        ({"loc": 0.5, "concentration": 2.0}, {"loc": -1.0, "concentration": 0.6}),
        measure=circle,
        formulas=CIRCLE,
    ),
    Case("Weibull", ({"concentration": 2.0, "scale": 1.5}, {"concentration": 0.9, "scale": 0.6})),
)
