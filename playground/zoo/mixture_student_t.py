"""Mixture of products of Student's t: clusters with heavy tails."""

import numpy as np
import tensorflow as tf
from tensorflow_probability import distributions as tfd

from playground.fitting.bijections import above, positive
from playground.fitting.learnable import Components, Learnable, Sizes, Start, Values, Variable
from playground.fitting.normals import from_scales, weights
from playground.fitting.start import centred_logits, scales

LEAST_DF = 1.0  # a Cauchy's tail; below it a component can grow a spike at a single row, with tails that pay nothing
FIRST_DF = 5.0


def build(logits: tf.Tensor, df: tf.Tensor, loc: tf.Tensor, scale: tf.Tensor) -> tfd.Distribution:
    return tfd.MixtureSameFamily(
        mixture_distribution=tfd.Categorical(logits=logits),
        components_distribution=tfd.Independent(tfd.StudentT(df=df, loc=loc, scale=scale), reinterpreted_batch_ndims=1),
    )


def _variables(sizes: Sizes) -> tuple[Variable, ...]:
    count, size = sizes.components, sizes.event_size
    return (
        Variable("logits", (count,)),
        Variable("df", (count, 1), above(LEAST_DF, sizes.bijector)),
        Variable("loc", (count, size)),
        Variable("scale", (count, size), positive(sizes.bijector)),
    )


def _start(sizes: Sizes, start: Start) -> dict[str, np.ndarray]:
    return {
        "logits": centred_logits(start),
        "df": np.full((sizes.components, 1), FIRST_DF),
        "loc": start.centres,
        "scale": scales(start) * np.sqrt((FIRST_DF - 2.0) / FIRST_DF),  # its variance is scale² df / (df - 2)
    }


def _components(values: Values) -> Components:
    """With squared scales for covariances: at `df` ≤ 2 there are no variances."""
    return from_scales(values)


def _marginal(values: Values, axes: tuple[int, int]) -> tfd.Distribution:
    loc, scale = (np.asarray(values[name])[:, list(axes)] for name in ("loc", "scale"))
    return tfd.MixtureSameFamily(
        tfd.Categorical(probs=weights(values)),
        tfd.Independent(tfd.StudentT(np.asarray(values["df"]), loc, scale), reinterpreted_batch_ndims=1),
    )


LEARNABLE = Learnable(
    key="mixture_student_t",
    label="Mixture of Student's t",
    story="Heavy tails: a far-off row hardly moves a component. The degrees of freedom stay above 1 by a shift.",
    kind="plane",
    variables=_variables,
    build=build,
    start=_start,
    event_sizes=(2, 8),
    components=(2, 6),
    components_of=_components,
    marginal=_marginal,
    order=6,
)
