"""A Normal that is cut off at both ends: the ends move with θ, and TFP's own path through it is wrong."""

from collections.abc import Sequence

import tensorflow as tf

from playground import hahn_jordan, noise
from playground.parameter import POSITIVE, Parameter, Parameters, above
from playground.problem import Family, WeakDerivative, tfd
from playground.truncated import TruncatedNormal


def _make(parameters: Parameters) -> tfd.Distribution:
    return TruncatedNormal(parameters["loc"], parameters["scale"], parameters["low"], parameters["high"])


def _centers(parameters: Parameters) -> Sequence[tf.Tensor]:
    low, high = parameters["low"], parameters["high"]
    width = high - low
    points = [parameters["loc"] + step * parameters["scale"] for step in (-3.0, 0.0, 3.0)]
    return [tf.clip_by_value(point, low + 0.01 * width, high - 0.01 * width) for point in points]


def _weak_low(parameters: Parameters, seed: tf.Tensor) -> WeakDerivative:
    # What a rising end cuts off is shared out among the rest: ∂_low p = p(low) (p − δ_low).
    distribution = _make(parameters)
    return WeakDerivative(distribution.prob(parameters["low"]), distribution.sample(seed=seed), parameters["low"])


def _weak_high(parameters: Parameters, seed: tf.Tensor) -> WeakDerivative:
    distribution = _make(parameters)
    return WeakDerivative(distribution.prob(parameters["high"]), parameters["high"], distribution.sample(seed=seed))


def _weak_by_table(name: str, parameters: Parameters, seed: tf.Tensor) -> WeakDerivative:
    """The pair for `loc` or `scale`, by tables over the distance from `low`."""
    fixed = {key: hahn_jordan.shared(value) for key, value in parameters.items()}
    width = tf.math.log(fixed["high"] - fixed["low"])
    pair = hahn_jordan.pairs(
        lambda own, distance: _make(fixed | {name: own}).log_prob(fixed["low"] + distance),
        fixed[name],
        width - 25.0,
        width,
        noise.uniform(parameters["low"], seed),
    )
    return WeakDerivative(pair.constant, parameters["low"] + pair.positive, parameters["low"] + pair.negative)


FAMILY = Family(
    key="truncated_normal",
    label="Truncated Normal",
    parameters=(
        Parameter("loc", 0.5, -5.0, 5.0, r"\mu"),
        Parameter("scale", 1.0, 0.2, 5.0, r"\sigma", POSITIVE),
        Parameter("low", -1.0, -5.0, 5.0, "a"),
        Parameter("high", 2.0, -5.0, 5.0, "b", above("low")),
    ),
    make=_make,
    # A truncated target would have an infinite logarithm outside of its own support.
    target=lambda p: tfd.Normal(tf.zeros_like(p["loc"]), tf.ones_like(p["scale"])),
    support=lambda p: (p["low"], p["high"]),
    centers=_centers,
    moving_support=True,
    pathwise_by_cdf=False,
    wrong_pathwise=(
        "TFP's sampler returns ∂x/∂loc = 1 and ∂x/∂scale = (x − loc)/scale, the path of a Normal that is not cut off. "
        "Its slopes for low and high are right, as are all four of its quantile function."
    ),
    weak_derivatives={
        "loc": lambda p, seed: _weak_by_table("loc", p, seed),
        "scale": lambda p, seed: _weak_by_table("scale", p, seed),
        "low": _weak_low,
        "high": _weak_high,
    },
    order=24,
)
