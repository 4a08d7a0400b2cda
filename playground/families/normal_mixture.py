"""A mixture of two Normals, reparameterized as a whole."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import tensorflow as tf

from playground.classes import Classes
from playground.parameter import POSITIVE, Parameter, Parameters
from playground.problem import Family, tfd


@tf.custom_gradient
def _along_the_path(x: tf.Tensor, cdf: tf.Tensor, density: tf.Tensor) -> tuple[tf.Tensor, Callable[..., Any]]:
    """x, with the derivative of the path: what keeps F(x; θ) moves x by −∂F/p(x). Of the first order only, as TFP's."""

    def back(upstream: tf.Tensor) -> tuple[None, tf.Tensor, None]:
        slope = tf.raw_ops.PreventGradient(input=-upstream / density, message="A path has no second derivative here.")
        return None, slope, None

    return tf.identity(x), back


class ScalarMixture(tfd.MixtureSameFamily):
    """TFP's mixture of scalars, whose path needs no Jacobian: the slope of F in x is the density.

    TFP finds it by a loop over the event's elements, which it traces anew in each eager call: 0.4 s for one number.
    """

    def _reparameterize_sample(self, x: tf.Tensor, event_shape: Any) -> tf.Tensor:
        x = tf.stop_gradient(x)
        return _along_the_path(x, self._distributional_transform(x, event_shape), tf.exp(self._log_prob(x)))


def _make(parameters: Parameters) -> tfd.Distribution:
    # Without `reparameterize=True` TFP gives the logits no gradient at all.
    return ScalarMixture(
        Classes(logits=parameters["logits"]),
        tfd.Normal(parameters["loc"], parameters["scale"]),
        reparameterize=True,
    )


def _cumulative(distribution: tfd.Distribution, x: tf.Tensor) -> tf.Tensor:
    """F(x), or F(x) − 1 in the upper half: of numbers next to 1, weighted anew, the difference would be rounding."""
    parts, weights = distribution.components_distribution, distribution.mixture_distribution.probs_parameter()
    ones = tf.ones_like(x)
    side = tf.where(x < distribution.mean(), ones, -ones)[..., tf.newaxis]
    tails = parts.cdf(parts.loc + side * (x[..., tf.newaxis] - parts.loc))
    return tf.reduce_sum(weights * side * tails, axis=-1)


def _centers(parameters: Parameters) -> Sequence[tf.Tensor]:
    # Eight widths: what lies beyond belongs to the other component, however narrow this one is. The two outermost
    # points stay at four, where the mass ends.
    loc, scale = parameters["loc"], parameters["scale"]
    points = tf.concat([loc - 8.0 * scale, loc, loc + 8.0 * scale], axis=-1)
    first = tf.reduce_min(loc - 4.0 * scale, axis=-1, keepdims=True)
    last = tf.reduce_max(loc + 4.0 * scale, axis=-1, keepdims=True)
    return tf.unstack(tf.sort(tf.clip_by_value(points, first, last), axis=-1), axis=-1)


def _target(parameters: Parameters) -> tfd.Distribution:
    dtype = parameters["loc"].dtype
    fixed = {"logits": (0.0, 0.0), "loc": (-2.0, 2.0), "scale": (1.0, 1.0)}
    return _make({name: tf.constant(values, dtype) for name, values in fixed.items()})


FAMILY = Family(
    key="normal_mixture",
    label="Mixture of two Normals",
    parameters=(
        Parameter("logits", (0.0, 0.5), -5.0, 5.0, r"\phi", lengths=(2, 2)),
        Parameter("loc", (-1.0, 2.0), -5.0, 5.0, r"\mu", lengths=(2, 2)),
        Parameter("scale", (0.7, 1.0), 0.05, 5.0, r"\sigma", POSITIVE, lengths=(2, 2)),
    ),
    make=_make,
    target=_target,
    support=lambda p: (-math.inf, math.inf),
    centers=_centers,
    cumulative=_cumulative,
    order=19,
)
