"""Multivariate Normal with a scale for each element."""

import numpy as np
import tensorflow as tf
from tensorflow_probability import distributions as tfd

from playground.fitting.bijections import positive
from playground.fitting.learnable import Learnable, Sizes, Start, Variable
from playground.fitting.normals import from_scales, pair
from playground.fitting.start import scales


def build(loc: tf.Tensor, scale: tf.Tensor) -> tfd.Distribution:
    return tfd.Independent(tfd.Normal(loc=loc, scale=scale), reinterpreted_batch_ndims=1)


def _variables(sizes: Sizes) -> tuple[Variable, ...]:
    shape = (sizes.event_size,)
    return Variable("loc", shape), Variable("scale", shape, positive(sizes.bijector))


def _start(sizes: Sizes, start: Start) -> dict[str, np.ndarray]:
    return {"loc": start.centres[0], "scale": scales(start)[0]}


LEARNABLE = Learnable(
    key="mvn_diag",
    label="Normal, diagonal covariance",
    story="A hill that stretches along the axes and cannot turn: correlation is beyond it.",
    kind="plane",
    variables=_variables,
    build=build,
    start=_start,
    event_sizes=(2, 8),
    components_of=from_scales,
    marginal=lambda values, axes: pair(from_scales(values), axes),
    document=True,
    order=1,
)
