"""Small pictures of the Layers page's models: their data, or the density that they start from."""

import functools

import numpy as np

from playground.chart import COLORS
from playground.layers.config import LayersConfig
from playground.layers.data import rows_of
from playground.ui.clouds import cloud


@functools.lru_cache(maxsize=64)
def layers_picture(config: LayersConfig) -> str:
    """The training rows as points; images by how much ink each of their pixels gets; a bell where there are no data."""
    plugin = config.plugin
    train, _ = rows_of(plugin.data)
    if plugin.picture == "images":
        ink = train.x.numpy().mean(axis=0).reshape(8, 8)
        row, column = np.nonzero(ink > np.median(ink))
        return cloud(np.stack([column, -row], axis=1).astype(float), COLORS[0])
    if plugin.data == "none":
        bell = np.random.default_rng(0).normal(size=(2000, 1))
        return cloud(bell, COLORS[0])
    return cloud(np.concatenate([train.x.numpy(), train.y.numpy()], axis=1).astype(float), COLORS[0])
