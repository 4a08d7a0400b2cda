"""Small pictures of data: a cloud of points, or bars where rows are single numbers."""

import functools

import numpy as np
import tensorflow as tf

from playground.chart import COLORS, TRUTH, lane_of
from playground.data.sample import builtin
from playground.fitting.config import FitConfig
from playground.inference.config import InferenceConfig
from playground.objectives import OBJECTIVES
from playground.targets import TARGETS

WIDTH, HEIGHT, MARGIN = 112, 52, 4
MOST_POINTS, BARS = 90, 16


def cloud(rows: np.ndarray, color: str) -> str:
    """An SVG of rows [N, D]: their first two columns as points, or the histogram of their only one."""
    finite = rows[np.isfinite(rows).all(axis=1)]
    shapes = _bars(finite[:, 0]) if finite.shape[1] == 1 else _dots(finite[:, :2], *_middle(finite[:, :2]))
    return _svg(_group(shapes, color))


def _svg(inside: str) -> str:
    return f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" aria-hidden="true">{inside}</svg>'


def _group(shapes: list[str], color: str) -> str:
    return f'<g fill="{color}" opacity="0.7">{"".join(shapes)}</g>'


def _dots(points: np.ndarray, low: np.ndarray, high: np.ndarray) -> list[str]:
    points = points[:: max(1, len(points) // MOST_POINTS)]
    share = np.clip((points - low) / np.maximum(high - low, 1e-9), 0.0, 1.0)
    size = np.array([WIDTH - 2 * MARGIN, HEIGHT - 2 * MARGIN])
    places = MARGIN + np.stack([share[:, 0], 1.0 - share[:, 1]], axis=1) * size
    return [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="1.4"/>' for x, y in places]


def _middle(points: np.ndarray) -> np.ndarray:
    """Where all but the outermost lie: (low, high), [2, 2]."""
    return np.quantile(points, [0.01, 0.99], axis=0)


def _bars(values: np.ndarray) -> list[str]:
    heights, _ = np.histogram(values, bins=BARS)
    width = (WIDTH - 2 * MARGIN) / BARS
    tall = (HEIGHT - 2 * MARGIN) * heights / max(1, heights.max())
    places = [(MARGIN + i * width, HEIGHT - MARGIN - top, top) for i, top in enumerate(tall)]
    return [f'<rect x="{x:.1f}" y="{y:.1f}" width="{width - 1:.1f}" height="{top:.1f}"/>' for x, y, top in places]


@functools.lru_cache(maxsize=32)
def target_rows(key: str) -> np.ndarray:
    """Draws of a target density, [N, D]: by its sampler, or from a grid over its window."""
    target = TARGETS[key]
    if target.sample is not None:
        return target.sample(MOST_POINTS * 4, tf.constant([0, 0])).numpy()
    grid = target.grid(61 if target.event_size == 2 else 201)
    log_p = target.log_prob(tf.constant(grid)).numpy()
    weights = np.exp(log_p - log_p.max())
    return grid[np.random.default_rng(0).choice(len(grid), MOST_POINTS * 4, p=weights / weights.sum())]


@functools.lru_cache(maxsize=64)
def fit_picture(config: FitConfig) -> str:
    """What a fit learns from: its data, or draws of its target."""
    if config.goal == "reverse_kl":
        return cloud(target_rows(config.target), TRUTH)
    sample = builtin(config.data, standardize=config.standardize)
    return cloud(sample.train[:, list(config.show)], COLORS[0])


@functools.lru_cache(maxsize=64)
def target_picture(config: InferenceConfig) -> str:
    """What is approximated: draws of the target, in the first objective's colour; or its data, by class."""
    if config.points:
        places, classes = np.array(config.points)[:, :2], np.array(config.points)[:, 2]
        low, high = places.min(axis=0), places.max(axis=0)
        return _svg("".join(_group(_dots(places[classes == c], low, high), COLORS[int(c)]) for c in (0, 1)))
    return cloud(target_rows(config.target), lane_of(0, config.objectives[0], OBJECTIVES).color)
