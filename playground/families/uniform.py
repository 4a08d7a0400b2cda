"""The Uniform distribution: its support moves with its parameters, so the score function is wrong there."""

import tensorflow as tf

from playground import noise
from playground.parameter import Parameter, Parameters, above
from playground.problem import Family, WeakDerivative, tfd


def _weak_low(parameters: Parameters, seed: tf.Tensor) -> WeakDerivative:
    inside, width = _inside(parameters, seed)
    return WeakDerivative(1.0 / width, inside, parameters["low"])


def _weak_high(parameters: Parameters, seed: tf.Tensor) -> WeakDerivative:
    inside, width = _inside(parameters, seed)
    return WeakDerivative(1.0 / width, parameters["high"], inside)


def _inside(parameters: Parameters, seed: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    width = parameters["high"] - parameters["low"]
    return parameters["low"] + width * noise.uniform(width, seed), width


FAMILY = Family(
    key="uniform",
    label="Uniform",
    parameters=(
        Parameter("low", -1.0, -5.0, 5.0, "a"),
        Parameter("high", 2.0, -5.0, 5.0, "b", above("low")),
    ),
    make=lambda p: tfd.Uniform(p["low"], p["high"]),
    # A uniform target would have an infinite logarithm outside of its own support.
    target=lambda p: tfd.Normal(tf.zeros_like(p["low"]), tf.ones_like(p["high"])),
    support=lambda p: (p["low"], p["high"]),
    centers=lambda p: [0.5 * (p["low"] + p["high"])],
    moving_support=True,
    mirror=lambda p, x: p["low"] + p["high"] - x,
    weak_derivatives={"low": _weak_low, "high": _weak_high},
    order=18,
)
