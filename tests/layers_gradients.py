"""Gradients of the Layers page's models over many draws, measured apart from the page's own probes."""

from typing import NamedTuple

import numpy as np
import tensorflow as tf

from playground.layers.config import LayersConfig
from playground.layers.state import Signature
from playground.layers.steps import Engine, engine_of


class Measured(NamedTuple):
    """By group: the mean [H] of the parameters' gradients, its standard error [H], the exact value [H]."""

    mean: np.ndarray
    error: np.ndarray
    exact: np.ndarray

    @property
    def z(self) -> np.ndarray:
        """How many standard errors the mean is away from the exact value."""
        with np.errstate(divide="ignore"):  # what gets None has no error, and is infinitely far off
            return np.abs(self.mean - self.exact) / self.error


def engine_for(model: str, way: str = "", **fields: object) -> Engine:
    """The engine of a configuration."""
    return engine_of(Signature.of(LayersConfig.create(model, way, **fields)))


def measure(engine: Engine, draws: int = 1000, weights: np.ndarray | None = None) -> Measured:
    """The parameters' gradients at weights [P], the first ones by default."""
    start = engine.layout.first_weights(3) if weights is None else weights
    count = engine.layout.parameters

    @tf.function(autograph=False)
    def gradients(seeds: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        engine.layout.assign(tf.constant(start))
        found = tf.map_fn(lambda seed: engine._gradients(seed)[1], seeds, fn_output_signature=tf.float32)
        return found, engine._exact()[:count]

    seeds = np.random.default_rng(5).integers(2**31, size=(draws, 2), dtype=np.int32)
    found, exact = (part.numpy().astype(np.float64) for part in gradients(tf.constant(seeds)))
    return Measured(found.mean(axis=0), found.std(axis=0, ddof=1) / np.sqrt(draws), exact)
