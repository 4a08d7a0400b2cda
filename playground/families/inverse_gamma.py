"""The inverse Gamma distribution: 1 / x is Gamma."""

import math
from collections.abc import Sequence

import tensorflow as tf

from playground.families import gamma
from playground.parameter import POSITIVE, Parameter, Parameters
from playground.problem import Family, WeakDerivative, tfd


def _of_the_gamma(parameters: Parameters) -> Parameters:
    return {"concentration": parameters["concentration"], "rate": parameters["scale"]}


def _centers(parameters: Parameters) -> Sequence[tf.Tensor]:
    assert gamma.FAMILY.centers is not None
    return [1.0 / center for center in reversed(gamma.FAMILY.centers(_of_the_gamma(parameters)))]


def _reciprocal_of(name: str, parameters: Parameters, seed: tf.Tensor) -> WeakDerivative:
    """The Gamma's pair, mapped: the map does not depend on θ."""
    pair = gamma.FAMILY.weak_derivatives[name](_of_the_gamma(parameters), seed)
    return WeakDerivative(pair.constant, 1.0 / pair.positive, 1.0 / pair.negative)


FAMILY = Family(
    key="inverse_gamma",
    label="Inverse Gamma",
    parameters=(
        # Below 2 the quadratic cost has no expectation.
        Parameter("concentration", 5.0, 3.0, 20.0, r"\alpha", POSITIVE),
        Parameter("scale", 4.0, 0.2, 10.0, r"\beta", POSITIVE),
    ),
    make=lambda p: tfd.InverseGamma(p["concentration"], p["scale"]),
    target=lambda p: tfd.InverseGamma(tf.constant(3.0, p["scale"].dtype), tf.constant(4.0, p["scale"].dtype)),
    support=lambda p: (0.0, math.inf),
    centers=_centers,
    weak_derivatives={
        "concentration": lambda p, seed: _reciprocal_of("concentration", p, seed),
        "scale": lambda p, seed: _reciprocal_of("rate", p, seed),
    },
    order=25,
)
