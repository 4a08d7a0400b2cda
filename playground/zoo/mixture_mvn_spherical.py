"""Mixture of multivariate Normals, each with one scale."""

import numpy as np
import tensorflow as tf
from tensorflow_probability import distributions as tfd

from playground.fitting.bijections import positive
from playground.fitting.learnable import Learnable, Sizes, Start, Variable
from playground.fitting.normals import from_scales, pair
from playground.fitting.start import centred_logits, scales


def build(logits: tf.Tensor, loc: tf.Tensor, scale: tf.Tensor) -> tfd.Distribution:
    return tfd.MixtureSameFamily(
        mixture_distribution=tfd.Categorical(logits=logits),
        components_distribution=tfd.Independent(tfd.Normal(loc=loc, scale=scale), reinterpreted_batch_ndims=1),
    )


def _variables(sizes: Sizes) -> tuple[Variable, ...]:
    count, size = sizes.components, sizes.event_size
    return (
        Variable("logits", (count,)),
        Variable("loc", (count, size)),
        Variable("scale", (count, 1), positive(sizes.bijector)),
    )


def _start(sizes: Sizes, start: Start) -> dict[str, np.ndarray]:
    return {
        "logits": centred_logits(start),
        "loc": start.centres,
        "scale": np.sqrt(np.mean(scales(start) ** 2, axis=1, keepdims=True)),
    }


LEARNABLE = Learnable(
    key="mixture_mvn_spherical",
    label="Mixture of Normals, round",
    story="Round hills, each with its own place, width and weight: k-means with probabilities.",
    kind="plane",
    variables=_variables,
    build=build,
    start=_start,
    event_sizes=(2, 8),
    components=(2, 6),
    components_of=from_scales,
    marginal=lambda values, axes: pair(from_scales(values), axes),
    document=True,
    order=2,
)
