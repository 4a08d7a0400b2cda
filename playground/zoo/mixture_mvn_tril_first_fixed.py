"""Mixture of multivariate Normals with full covariances, of which the first is the standard Normal and stays so."""

import numpy as np
import tensorflow as tf
from tensorflow_probability import distributions as tfd

from playground.fitting.bijections import ZERO_BEFORE, ZERO_ROW_BEFORE, identity_before_scale_trils
from playground.fitting.learnable import Learnable, Sizes, Start, Variable
from playground.fitting.normals import from_scale_trils, pair
from playground.fitting.pad_identity import PadIdentity
from playground.fitting.start import anchored_logits, covariances


def build(logits: tf.Tensor, loc: tf.Tensor, scale_tril: tf.Tensor) -> tfd.Distribution:
    return tfd.MixtureSameFamily(
        mixture_distribution=tfd.Categorical(logits=logits),
        components_distribution=tfd.MultivariateNormalTriL(loc=loc, scale_tril=scale_tril),
    )


def _variables(sizes: Sizes) -> tuple[Variable, ...]:
    count, size = sizes.components, sizes.event_size
    return (
        Variable(
            "logits",
            (count,),
            ZERO_BEFORE,
            frozen="The first logit is fixed at 0: the bijector writes this constant before what is learnt, so no "
            "gradient reaches it.",
        ),
        Variable(
            "loc",
            (count, size),
            ZERO_ROW_BEFORE,
            frozen="The first row is fixed at zeros: the bijector writes them before the rows that are learnt, so no "
            "gradient reaches them.",
        ),
        Variable(
            "scale_tril",
            (count, size, size),
            identity_before_scale_trils(sizes.bijector),
            frozen="The first matrix is fixed at the identity: the bijector writes it before the triangles that are "
            "learnt, so no gradient reaches it.",
        ),
    )


def _start(sizes: Sizes, start: Start) -> dict[str, np.ndarray]:
    """The first component is what it is; the others begin at their centres."""
    origin, identity = np.zeros((1, sizes.event_size)), np.eye(sizes.event_size)[None]
    return {
        "logits": anchored_logits(start),
        "loc": np.concatenate([origin, start.centres[1:]]),
        "scale_tril": np.concatenate([identity, np.linalg.cholesky(covariances(start)[1:])]),
    }


LEARNABLE = Learnable(
    key="mixture_mvn_tril_first_fixed",
    label="Mixture of Normals, full covariance, first fixed",
    story="A standard Normal that never moves, and ellipses that learn to explain what it leaves over.",
    kind="plane",
    variables=_variables,
    build=build,
    start=_start,
    event_sizes=(2, 8),
    components=(2, 6),
    helpers=(PadIdentity,),
    components_of=from_scale_trils,
    marginal=lambda values, axes: pair(from_scale_trils(values), axes),
    first_at_origin=True,
    document=True,
    order=5,
)
