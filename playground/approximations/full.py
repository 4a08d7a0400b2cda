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


def _loc_and_rows(sizes: Sizes, phi: tf.Tensor) -> tuple[list[tf.Tensor], list[list[tf.Tensor]]]:
    """The elements of loc, and the rows of L up to their diagonal, each element [...].

    Few elements by name are quicker than small matrices: a batched triangular solve takes several times as long.
    """
    size = sizes.event_size
    loc, raw_scale, below = tf.split(phi, [size, size, size * (size - 1) // 2], axis=-1)
    diagonal, rest = tf.unstack(tf.math.softplus(raw_scale), num=size, axis=-1), iter(tf.unstack(below, axis=-1))
    rows = [[*(next(rest) for _ in range(row)), diagonal[row]] for row in range(size)]
    return tf.unstack(loc, num=size, axis=-1), rows


def _transport(sizes: Sizes, phi: tf.Tensor, noise: tf.Tensor) -> tf.Tensor:
    loc, rows = _loc_and_rows(sizes, phi[..., tf.newaxis, :])
    elements = tf.unstack(noise, num=sizes.event_size, axis=-1)
    moved = [
        start + tf.add_n([factor * element for factor, element in zip(row, elements, strict=False)])
        for start, row in zip(loc, rows, strict=True)
    ]
    return tf.stack(moved, axis=-1)


def _log_prob(sizes: Sizes, phi: tf.Tensor, z: tf.Tensor) -> tf.Tensor:
    """By forward substitution: L ε = z − loc."""
    loc, rows = _loc_and_rows(sizes, phi[..., tf.newaxis, :])
    noise: list[tf.Tensor] = []
    log_volume = tf.zeros([], phi.dtype)
    for element, start, row in zip(tf.unstack(z, num=sizes.event_size, axis=-1), loc, rows, strict=True):
        rest = element - start
        for factor, known in zip(row, noise, strict=False):
            rest -= factor * known
        noise.append(rest / row[-1])
        log_volume += tf.math.log(row[-1])
    return log_normal(tf.stack(noise, axis=-1)) - log_volume


def _kl(sizes: Sizes, phi: tf.Tensor, prior: tfd.Distribution) -> tf.Tensor:
    loc, rows = _loc_and_rows(sizes, phi)
    zero = tf.zeros_like(loc[0])
    square = [tf.stack(row + [zero] * (sizes.event_size - len(row)), axis=-1) for row in rows]
    tril = tf.stack(square, axis=-2)
    return tfd.kl_divergence(tfd.MultivariateNormalTriL(tf.stack(loc, axis=-1), tril), prior)


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
