"""What the dominant chart shows of a model, as tensors: drawn with the same noise each time, so that it moves."""

from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf
import tensorflow_probability as tfp
from tensorflow_probability import distributions as tfd

from playground.layers.data import REACH, rows_of
from playground.layers.model import Network

GRID = np.linspace(-REACH, REACH, 61, dtype=np.float32)
"""Inputs x at which regressions are drawn."""
LINE = np.linspace(-2.0, 8.0, 201, dtype=np.float32)
"""Values at which densities over a line are drawn."""
HEIGHTS = np.linspace(-3.6, 3.6, 61, dtype=np.float32)
"""Values of y at which conditional densities are drawn."""
LEVELS = (5.0, 25.0, 75.0, 95.0)
"""Percentiles: the ends of the 90 % and the 50 % band."""
BAND_DRAWS, LINE_DRAWS, NETWORKS = 300, 200, 40
SIDE, IMAGES, MOSAIC = 8, 8, 6
"""Of an image, in pixels; images in a row of the mosaic; its rows."""

Picture = Callable[[], dict[str, tf.Tensor]]


def band(network: Network) -> Picture:
    """Of a regression whose output is a distribution: "mean" [61] and "bands" [4, 61], over `GRID`."""

    def picture() -> dict[str, tf.Tensor]:
        distribution, _ = network(tf.constant(GRID[:, np.newaxis]))
        draws = distribution.sample(BAND_DRAWS, seed=network.noise())[..., 0]
        return {"mean": distribution.mean()[..., 0], "bands": tfp.stats.percentile(draws, LEVELS, axis=0)}

    return picture


def band_of_networks(network: Network) -> Picture:
    """Of a regression with random weights: the same over many draws of the weights, and "lines" [8, 61] of them."""

    def picture() -> dict[str, tf.Tensor]:
        def one(seed: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            with network.noise.starting_at(seed):
                distribution, _ = network(tf.constant(GRID[:, np.newaxis]))
                return distribution.mean()[..., 0], distribution.sample(8, seed=network.noise())[..., 0]

        seeds = tf.random.stateless_uniform([NETWORKS, 2], network.noise(), None, None, tf.int32)
        means, draws = tf.map_fn(one, seeds, fn_output_signature=(tf.float32, tf.float32), parallel_iterations=1)
        bands = tfp.stats.percentile(tf.reshape(draws, [-1, len(GRID)]), LEVELS, axis=0)
        return {"mean": tf.reduce_mean(means, axis=0), "bands": bands, "lines": means[:8]}

    return picture


def density(network: Network) -> Picture:
    """Of a model whose output is one distribution over a line: "density" [201] over `LINE` and "samples" [200]."""

    def picture() -> dict[str, tf.Tensor]:
        distribution, _ = network(tf.ones([1, 1]))
        shape = [-1, *([1] * len(distribution.batch_shape))]
        line = tf.reshape(tf.constant(LINE), shape)
        found = tf.exp(distribution.log_prob(line))
        # Outside of its support a density is 0, where some distributions answer NaN.
        found = tf.where(tf.math.is_finite(found), found, 0.0)
        samples = distribution.sample(LINE_DRAWS, seed=network.noise())
        return {"density": tf.reshape(found, [-1]), "samples": tf.reshape(samples, [-1])}

    return picture


def conditional(network: Network, data: str, event: bool) -> Picture:
    """Of a regression: "density" [61, 61] of y in `HEIGHTS` for each x in `GRID`, and one "sample" [256] for each
    training row.

    Args:
      network: Its output is a distribution of y.
      data: The key of its data.
      event: Whether y is an event of one element, as opposed to a number.
    """

    def picture() -> dict[str, tf.Tensor]:
        distribution, _ = network(tf.constant(GRID[:, np.newaxis]))
        heights = tf.constant(HEIGHTS[:, np.newaxis])
        log_density = distribution.log_prob(heights[..., tf.newaxis] if event else heights)
        at_rows, _ = network(rows_of(data)[0].x)
        sample = tf.reshape(at_rows.sample(seed=network.noise()), [-1])
        return {"density": tf.exp(log_density), "sample": sample}

    return picture


def images(decode: Callable[[tf.Tensor], Any], network: Network) -> Picture:
    """Of a variational autoencoder: "mosaic" [6 · 8, 8 · 8], from the top: held-out images, what becomes of them,
    and two rows each of images of codes on a circle and of codes drawn from the prior."""

    def picture() -> dict[str, tf.Tensor]:
        given = rows_of("digits")[1].x[:IMAGES]
        rebuilt, _ = network(given)
        turns = np.linspace(0.0, 2.0 * np.pi, 2 * IMAGES, endpoint=False)
        circle = np.stack([np.cos(turns), np.sin(turns)], axis=1).astype(np.float32)
        prior = tfd.Normal(tf.zeros([2]), 1.0).sample(2 * IMAGES, seed=network.noise())
        made = decode(tf.concat([tf.constant(circle), prior], axis=0))
        tiles = tf.concat([given, rebuilt.mean(), made.mean()], axis=0)
        tiles = tf.reshape(tiles, [MOSAIC, IMAGES, SIDE, SIDE])
        return {"mosaic": tf.reshape(tf.transpose(tiles, [0, 2, 1, 3]), [MOSAIC * SIDE, IMAGES * SIDE])}

    return picture
