"""Multivariate Normal with one scale for all its elements."""

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
    return Variable("loc", (sizes.event_size,)), Variable("scale", (1,), positive(sizes.bijector))


def _start(sizes: Sizes, start: Start) -> dict[str, np.ndarray]:
    return {"loc": start.centres[0], "scale": np.sqrt(np.mean(scales(start)[0] ** 2, keepdims=True))}


LEARNABLE = Learnable(
    key="mvn_scaled_identity",
    label="Normal, one scale",
    story="A round hill: its place and its width are all there is to learn.",
    kind="plane",
    variables=_variables,
    build=build,
    start=_start,
    event_sizes=(2, 8),
    components_of=from_scales,
    marginal=lambda values, axes: pair(from_scales(values), axes),
    document=True,
    order=0,
)
