"""Independent Normals, the mean-field approximation: z = loc + softplus(raw_scale) ε."""

import numpy as np
import tensorflow as tf
from tensorflow_probability import distributions as tfd

from playground.inference.approximation import Approximation, Sizes, indexed
from playground.inference.transport import RAW_ONE, log_normal, nodes_by, random_loc, sample_by


def _names(sizes: Sizes) -> tuple[str, ...]:
    return indexed("loc", sizes.event_size) + indexed("raw_scale", sizes.event_size)


def _start(sizes: Sizes, seed: int) -> np.ndarray:
    loc = random_loc(sizes.event_size, seed)
    return np.concatenate([loc, np.full_like(loc, RAW_ONE)]).astype(np.float32)


def _loc_and_scale(phi: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    loc, raw_scale = tf.split(phi[..., tf.newaxis, :], 2, axis=-1)
    return loc, tf.math.softplus(raw_scale)


def _transport(sizes: Sizes, phi: tf.Tensor, noise: tf.Tensor) -> tf.Tensor:
    loc, scale = _loc_and_scale(phi)
    return loc + scale * noise


def _log_prob(sizes: Sizes, phi: tf.Tensor, z: tf.Tensor) -> tf.Tensor:
    loc, scale = _loc_and_scale(phi)
    return log_normal((z - loc) / scale) - tf.reduce_sum(tf.math.log(scale), axis=-1)


def _kl(sizes: Sizes, phi: tf.Tensor, prior: tfd.Distribution) -> tf.Tensor:
    loc, raw_scale = tf.split(phi, 2, axis=-1)
    return tfd.kl_divergence(tfd.MultivariateNormalDiag(loc, tf.math.softplus(raw_scale)), prior)


APPROXIMATION = Approximation(
    key="diagonal",
    label="Normal, diagonal",
    story="Independent Normals: cheap, and blind to correlation.",
    latex=r"\prod_d \mathcal N(z_d;\mathrm{loc}_d,\mathrm{softplus}(\rho_d)^2)",
    names=_names,
    start=_start,
    sample=sample_by(_transport),
    log_prob=_log_prob,
    nodes=nodes_by(_transport),
    transport=_transport,
    kl=_kl,
    order=1,
)
