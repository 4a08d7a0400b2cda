"""The Kumaraswamy distribution: the Beta's cousin whose quantile function is a formula."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from playground import hahn_jordan, noise
from playground.concentrations import off_one
from playground.parameter import POSITIVE, Parameter, Parameters
from playground.problem import Family, WeakDerivative, tfd
from playground.unit_interval import inside


class _Kumaraswamy(tfd.Kumaraswamy):
    """TFP's, sampled without rounding to 0: where u is a few millionths, TFP's x is 0 and its gradient not a number."""

    def _call_sample_n(self, sample_shape: Any, seed: tf.Tensor, **kwargs: Any) -> tf.Tensor:
        shape = tf.concat([tf.shape(tf.zeros(sample_shape)), self.batch_shape_tensor()], axis=0)
        return self._inside(noise.exponential(tf.zeros(shape, self.dtype), seed))

    def _quantile(self, value: tf.Tensor) -> tf.Tensor:
        return self._inside(-tf.math.log1p(-value))

    def _inside(self, e: tf.Tensor) -> tf.Tensor:
        """x from e ~ Exp(1), kept off both ends, where the score is infinite."""
        least = np.finfo(e.dtype.as_numpy_dtype).epsneg
        parameters = {"concentration1": self.concentration1, "concentration0": self.concentration0}
        return _at(parameters, tf.maximum(e, least))


def _at(parameters: Parameters, e: tf.Tensor | float) -> tf.Tensor:
    """x from −log(1 − x^a) = e / b."""
    return inside((-tf.math.expm1(-e / parameters["concentration0"])) ** (1.0 / parameters["concentration1"]))


def _centers(parameters: Parameters) -> Sequence[tf.Tensor]:
    return [_at(parameters, level) for level in (0.05, 0.7, 4.0)]


def _weak_concentration1(parameters: Parameters, seed: tf.Tensor) -> WeakDerivative:
    # By tables over t = −log x, whose density is a b e^{−a t} (1 − e^{−a t})^{b − 1}, from where P(below t) is 1e-14 to
    # where P(above t) is.
    a, b = (hahn_jordan.shared(parameters[name]) for name in ("concentration1", "concentration0"))
    small = math.log(1e-14)
    pair = hahn_jordan.pairs(
        lambda own, t: tf.math.log(own * b) - own * t + (b - 1.0) * tf.math.log(-tf.math.expm1(-own * t)),
        a,
        small / b - tf.math.log(a),
        tf.math.log((tf.math.log(b + 1.0) - small) / a),
        noise.uniform(parameters["concentration1"], seed),
    )
    return WeakDerivative(pair.constant, inside(tf.exp(-pair.positive)), inside(tf.exp(-pair.negative)))


def _weak_concentration0(parameters: Parameters, seed: tf.Tensor) -> WeakDerivative:
    # −log(1 − x^a) is Exp(b): the exponential's pair, mapped.
    first, second = noise.split(seed, 2)
    near = noise.exponential(parameters["concentration0"], first)
    far = near + noise.exponential(parameters["concentration0"], second)
    return WeakDerivative(1.0 / parameters["concentration0"], _at(parameters, near), _at(parameters, far))


FAMILY = Family(
    key="kumaraswamy",
    label="Kumaraswamy",
    parameters=(
        Parameter("concentration1", 2.0, 0.7, 20.0, "a", POSITIVE),
        Parameter("concentration0", 3.0, 0.7, 20.0, "b", POSITIVE),
    ),
    make=lambda p: _Kumaraswamy(off_one(p["concentration1"]), off_one(p["concentration0"])),
    target=lambda p: tfd.Kumaraswamy(*[tf.constant(4.0, p["concentration1"].dtype)] * 2),
    support=lambda p: (0.0, 1.0),
    centers=_centers,
    weak_derivatives={"concentration1": _weak_concentration1, "concentration0": _weak_concentration0},
    order=28,
)
