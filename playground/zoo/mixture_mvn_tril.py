"""Mixture of multivariate Normals with full covariances."""

import numpy as np
import tensorflow as tf
from tensorflow_probability import distributions as tfd

from playground.fitting.bijections import scale_tril
from playground.fitting.learnable import Components, Learnable, Sizes, Start, Values, Variable
from playground.fitting.start import covariances, shares


def build(logits, loc, scale_tril):  # type: ignore[no-untyped-def]  # shown to learners as it stands
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
        "logits": np.log(shares(start)),
        "loc": start.centres,
        "scale_tril": np.linalg.cholesky(covariances(start)),
    }


def _components(values: Values) -> Components:
    tril = np.asarray(values["scale_tril"])
    return Components(tf.nn.softmax(values["logits"]).numpy(), np.asarray(values["loc"]), tril @ tril.mT)


def _marginal(values: Values, axes: tuple[int, int]) -> tfd.Distribution:
    weights, loc, covariance = _components(values)
    pair = list(axes)
    return tfd.MixtureSameFamily(
        tfd.Categorical(probs=weights),
        tfd.MultivariateNormalTriL(loc[:, pair], np.linalg.cholesky(covariance[:, pair][:, :, pair])),
    )


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
    components_of=_components,
    marginal=_marginal,
    document=True,
    order=4,
)
