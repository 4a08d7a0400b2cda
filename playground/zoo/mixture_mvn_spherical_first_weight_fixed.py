"""Mixture of multivariate Normals, each with one scale, of whose logits the first is not learnt."""

import numpy as np
import tensorflow as tf
from tensorflow_probability import distributions as tfd

from playground.fitting.bijections import ZERO_BEFORE, positive
from playground.fitting.learnable import Learnable, Sizes, Start, Variable
from playground.fitting.normals import from_scales, pair
from playground.fitting.start import anchored_logits, scales


def build(logits: tf.Tensor, loc: tf.Tensor, scale: tf.Tensor) -> tfd.Distribution:
    return tfd.MixtureSameFamily(
        mixture_distribution=tfd.Categorical(logits=logits),
        components_distribution=tfd.Independent(tfd.Normal(loc=loc, scale=scale), reinterpreted_batch_ndims=1),
    )


def _variables(sizes: Sizes) -> tuple[Variable, ...]:
    count, size = sizes.components, sizes.event_size
    return (
        Variable(
            "logits",
            (count,),
            ZERO_BEFORE,
            frozen="The first logit is fixed at 0: the bijector writes this constant before what is learnt, so no "
            "gradient reaches it, and nothing is lost, because only differences of logits matter.",
        ),
        Variable("loc", (count, size)),
        Variable("scale", (count, 1), positive(sizes.bijector)),
    )


def _start(sizes: Sizes, start: Start) -> dict[str, np.ndarray]:
    return {
        "logits": anchored_logits(start),
        "loc": start.centres,
        "scale": np.sqrt(np.mean(scales(start) ** 2, axis=1, keepdims=True)),
    }


LEARNABLE = Learnable(
    key="mixture_mvn_spherical_first_weight_fixed",
    label="Mixture of Normals, round, first logit fixed",
    story="The same hills with one number less to learn: logits that all grow together change nothing.",
    kind="plane",
    variables=_variables,
    build=build,
    start=_start,
    event_sizes=(2, 8),
    components=(2, 6),
    components_of=from_scales,
    marginal=lambda values, axes: pair(from_scales(values), axes),
    document=True,
    order=3,
)
