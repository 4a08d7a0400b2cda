"""What all distributions of the zoo that are made of Normals have in common: their components, and two axes of them."""

import numpy as np
import tensorflow as tf
from tensorflow_probability import distributions as tfd

from playground.fitting.learnable import Components, Values


def weights(values: Values) -> np.ndarray:
    """[C], from `logits` [C]; one component where there are none."""
    return tf.nn.softmax(values["logits"]).numpy() if "logits" in values else np.ones(1, np.float32)


def from_scales(values: Values) -> Components:
    """Components of `loc` [C, D] or [D] and `scale` of the same shape, or of one that broadcasts to it."""
    loc = np.atleast_2d(np.asarray(values["loc"]))
    scale = np.broadcast_to(np.atleast_2d(np.asarray(values["scale"])), loc.shape)
    return Components(weights(values), loc, scale[:, :, None] ** 2 * np.eye(loc.shape[1], dtype=loc.dtype))


def from_scale_trils(values: Values) -> Components:
    """Components of `loc` [C, D] and `scale_tril` [C, D, D]."""
    tril = np.asarray(values["scale_tril"])
    return Components(weights(values), np.asarray(values["loc"]), tril @ tril.mT)


def pair(components: Components, axes: tuple[int, int]) -> tfd.Distribution:
    """The marginal of two elements: the same mixture with the other rows and columns left out."""
    chosen = list(axes)
    covariance = components.covariance.astype(np.float64)[:, chosen][:, :, chosen]
    return tfd.MixtureSameFamily(
        tfd.Categorical(probs=components.weights),
        tfd.MultivariateNormalTriL(
            tf.constant(components.loc[:, chosen], tf.float32), tf.constant(np.linalg.cholesky(covariance), tf.float32)
        ),
    )
