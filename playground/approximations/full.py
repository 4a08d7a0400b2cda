"""A Normal with a full covariance: z = loc + L ε, L lower triangular with a softplus on its diagonal."""

import numpy as np
import tensorflow as tf
from tensorflow_probability import distributions as tfd

from playground.inference.approximation import Approximation, Sizes, indexed
from playground.inference.transport import RAW_ONE, log_normal, nodes_by, random_loc, sample_by
from playground.target import Target


def _names(sizes: Sizes) -> tuple[str, ...]:
    size = sizes.event_size
    below = tuple(f"scale_tril[{row}][{column}]" for row, column in zip(*np.tril_indices(size, -1), strict=True))
    return indexed("loc", size) + indexed("raw_scale", size) + below


def _start(sizes: Sizes, seed: int) -> np.ndarray:
    size = sizes.event_size
    parts = [random_loc(size, seed), np.full(size, RAW_ONE), np.zeros(size * (size - 1) // 2)]
    return np.concatenate(parts).astype(np.float32)


def _loc_and_tril(sizes: Sizes, phi: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """loc [..., D] and L [..., D, D]."""
    size = sizes.event_size
    loc, raw_scale, below = tf.split(phi, [size, size, size * (size - 1) // 2], axis=-1)
    # Each element goes to its place by a product with a constant, which is as quick forwards as backwards.
    rows, columns = np.tril_indices(size, -1)
    places = np.zeros((len(rows), size * size))
    places[np.arange(len(rows)), rows * size + columns] = 1.0
    flat = tf.linalg.matmul(below[..., tf.newaxis, :], tf.constant(places, phi.dtype))
    square = tf.reshape(flat, tf.concat([tf.shape(phi)[:-1], [size, size]], axis=0))
    return loc, square + tf.linalg.diag(tf.math.softplus(raw_scale))


def _transport(sizes: Sizes, phi: tf.Tensor, noise: tf.Tensor) -> tf.Tensor:
    loc, tril = _loc_and_tril(sizes, phi)
    return loc[..., tf.newaxis, :] + tf.linalg.matmul(noise, tril, transpose_b=True)


def _log_prob(sizes: Sizes, phi: tf.Tensor, z: tf.Tensor) -> tf.Tensor:
    loc, tril = _loc_and_tril(sizes, phi)
    centred = tf.linalg.matrix_transpose(z - loc[..., tf.newaxis, :])
    noise = tf.linalg.matrix_transpose(tf.linalg.triangular_solve(tril, centred))
    log_volume = tf.reduce_sum(tf.math.log(tf.linalg.diag_part(tril)), axis=-1)
    return log_normal(noise) - log_volume[..., tf.newaxis]


def _kl(sizes: Sizes, phi: tf.Tensor, prior: tfd.Distribution) -> tf.Tensor:
    return tfd.kl_divergence(tfd.MultivariateNormalTriL(*_loc_and_tril(sizes, phi)), prior)


def _why_not(target: Target) -> str | None:
    return "In one dimension a full covariance is a diagonal one." if target.event_size == 1 else None


APPROXIMATION = Approximation(
    key="full",
    label="Normal, full covariance",
    story="One Normal that may stretch and turn.",
    latex=r"\mathcal N(z;\mathrm{loc},LL^\top)",
    names=_names,
    start=_start,
    sample=sample_by(_transport),
    log_prob=_log_prob,
    nodes=nodes_by(_transport),
    transport=_transport,
    kl=_kl,
    why_not=_why_not,
    order=2,
)
