"""The multivariate Normal distribution with independent coordinates."""

import math

import tensorflow as tf

from playground.families import normal
from playground.parameter import POSITIVE, Parameter
from playground.problem import Family, tfd

LENGTHS = (2, 10)


def _plane(distribution: tfd.Distribution, x: tf.Tensor) -> tf.Tensor:
    return tfd.MultivariateNormalDiag(distribution.mean()[..., :2], distribution.stddev()[..., :2]).prob(x)


FAMILY = Family(
    key="mvn_diag",
    label="Normal, D-dimensional, diagonal",
    parameters=(
        Parameter("loc", (1.0, -0.5), -5.0, 5.0, r"\mu", lengths=LENGTHS),
        Parameter("scale_diag", (1.0, 0.6), 0.05, 5.0, r"\sigma", POSITIVE, lengths=LENGTHS),
    ),
    make=lambda p: tfd.MultivariateNormalDiag(p["loc"], p["scale_diag"]),
    target=lambda p: tfd.MultivariateNormalDiag(tf.zeros_like(p["loc"]), tf.ones_like(p["scale_diag"])),
    support=lambda p: (-math.inf, math.inf),
    mirror=lambda p, x: 2.0 * p["loc"] - x,
    marginals=lambda p: (normal.FAMILY, {"loc": p["loc"], "scale": p["scale_diag"]}),
    plane=_plane,
    order=40,
)
