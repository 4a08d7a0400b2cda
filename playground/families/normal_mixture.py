"""A mixture of two Normals, reparameterized as a whole."""

import math
from collections.abc import Sequence

import tensorflow as tf

from playground.classes import Classes
from playground.parameter import POSITIVE, Parameter, Parameters
from playground.problem import Family, tfd


def _make(parameters: Parameters) -> tfd.Distribution:
    # Without `reparameterize=True` TFP gives the logits no gradient at all.
    return tfd.MixtureSameFamily(
        Classes(logits=parameters["logits"]),
        tfd.Normal(parameters["loc"], parameters["scale"]),
        reparameterize=True,
    )


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
    order=19,
)
