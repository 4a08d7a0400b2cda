"""Approximations that are a map of standard Normal noise: their samplers, their quadrature rules, their pieces."""

import math
from collections.abc import Callable

import numpy as np
import tensorflow as tf

from playground.inference.approximation import Sizes

Transport = Callable[[Sizes, tf.Tensor, tf.Tensor], tf.Tensor]
RAW_ONE = math.log(math.expm1(1.0))  # softplus(RAW_ONE) = 1


def sample_by(transport: Transport) -> Callable[[Sizes, tf.Tensor, int, tf.Tensor], tf.Tensor]:
    """The sampler that maps fresh noise, other noise for each element of the batch."""

    def sample(sizes: Sizes, phi: tf.Tensor, count: int, seed: tf.Tensor) -> tf.Tensor:
        shape = [*phi.shape[:-1], count, sizes.event_size]
        return transport(sizes, phi, tf.random.stateless_normal(shape, seed, dtype=phi.dtype))

    return sample


def nodes_by(
    transport: Transport,
) -> Callable[[Sizes, tf.Tensor, tf.Tensor, tf.Tensor], tuple[tf.Tensor, tf.Tensor]]:
    """The quadrature rule that maps the nodes of the noise."""

    def nodes(sizes: Sizes, phi: tf.Tensor, noise: tf.Tensor, weights: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        z = transport(sizes, phi, noise)
        return z, tf.broadcast_to(weights, tf.shape(z)[:-1])

    return nodes


def log_normal(noise: tf.Tensor) -> tf.Tensor:
    """The log density of standard Normal noise [..., D] → [...]."""
    size = noise.shape[-1]
    return -0.5 * tf.reduce_sum(noise**2, axis=-1) - 0.5 * size * math.log(2.0 * math.pi)


def random_loc(size: int, seed: int, spread: float = 1.0) -> np.ndarray:
    """A place to start from [size], off the centre."""
    return spread * np.random.default_rng(seed).standard_normal(size)
