"""Mixture of multivariate Normals with full covariances."""

import numpy as np
import tensorflow as tf
from tensorflow_probability import distributions as tfd

from playground.fitting.bijections import scale_tril
from playground.fitting.learnable import Learnable, Sizes, Start, Variable
from playground.fitting.normals import from_scale_trils, pair
from playground.fitting.start import centred_logits, covariances


def build(logits: tf.Tensor, loc: tf.Tensor, scale_tril: tf.Tensor) -> tfd.Distribution:
    return tfd.MixtureSameFamily(
        mixture_distribution=tfd.Categorical(logits=logits),
        components_distribution=tfd.MultivariateNormalTriL(loc=loc, scale_tril=scale_tril),
    )


def _variables(sizes: Sizes) -> tuple[Variable, ...]:
    count, size = sizes.components, sizes.event_size
    return (
        Variable("logits", (count,)),
        Variable("loc", (count, size)),
        Variable("scale_tril", (count, size, size), scale_tril(sizes.bijector)),
    )


def _start(sizes: Sizes, start: Start) -> dict[str, np.ndarray]:
    return {
        "logits": centred_logits(start),
        "loc": start.centres,
        "scale_tril": np.linalg.cholesky(covariances(start)),
    }


LEARNABLE = Learnable(
    key="mixture_mvn_tril",
    label="Mixture of Normals, full covariance",
    story="Ellipses that stretch and turn: the Gaussian mixture model itself.",
    kind="plane",
    variables=_variables,
    build=build,
    start=_start,
    event_sizes=(2, 8),
    components=(2, 6),
    components_of=from_scale_trils,
    marginal=lambda values, axes: pair(from_scale_trils(values), axes),
    document=True,
    order=4,
)
