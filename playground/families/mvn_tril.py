"""The Normal distribution of two coordinates with any covariance, by its Cholesky factor."""

import math

import tensorflow as tf

from playground.families import normal
from playground.parameter import POSITIVE, REAL, Parameter, Parameters
from playground.problem import Family, tfd

# The factor's elements, row by row.
LOWER = (("[0][0]", POSITIVE, 0.05), ("[1][0]", REAL, -5.0), ("[1][1]", POSITIVE, 0.05))


def _make(parameters: Parameters) -> tfd.Distribution:
    first, tie, second = tf.unstack(parameters["scale_tril"], axis=-1)
    factor = tf.stack([tf.stack([first, tf.zeros_like(first)], axis=-1), tf.stack([tie, second], axis=-1)], axis=-2)
    return tfd.MultivariateNormalTriL(parameters["loc"], factor)


def _target(parameters: Parameters) -> tfd.Distribution:
    """Mean 0, standard deviations 1, correlation 0.6."""
    factor = tf.constant([[1.0, 0.0], [0.6, 0.8]], parameters["loc"].dtype)
    return tfd.MultivariateNormalTriL(tf.zeros_like(parameters["loc"]), factor)


def _marginals(parameters: Parameters) -> tuple[Family, Parameters]:
    # A coordinate's standard deviation is the length of its row of the factor.
    first, tie, second = tf.unstack(parameters["scale_tril"], axis=-1)
    return normal.FAMILY, {"loc": parameters["loc"], "scale": tf.stack([first, tf.sqrt(tie**2 + second**2)], axis=-1)}


FAMILY = Family(
    key="mvn_tril",
    label="Normal, 2-dimensional, full covariance",
    parameters=(
        Parameter("loc", (1.0, -0.5), -5.0, 5.0, r"\mu", lengths=(2, 2)),
        Parameter("scale_tril", (1.0, -0.5, 0.8), -5.0, 5.0, "L", lengths=(3, 3), elements=LOWER),
    ),
    make=_make,
    target=_target,
    support=lambda p: (-math.inf, math.inf),
    mirror=lambda p, x: 2.0 * p["loc"] - x,
    marginals=_marginals,
    plane=lambda distribution, x: distribution.prob(x),
    order=41,
)
