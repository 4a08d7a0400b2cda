"""The data of the Layers page: small, made by formulas from a fixed seed; the digits come from a file."""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import tensorflow as tf

SEED = 2024
TRAIN, HOLDOUT = 256, 128
REACH = 3.0
"""Inputs lie in [−REACH, REACH]."""
CLASSES = 4
DIGITS = Path(__file__).with_name("digits.npz")


class Rows(NamedTuple):
    """Rows of data: x [n, I] and y [n, O], float32."""

    x: tf.Tensor
    y: tf.Tensor


@dataclass(frozen=True)
class Data:
    """A data set.

    Attributes:
      key, label: Its stable name, its name on screen.
      source: Where the rows come from.
      make: random generator → x [N, I] and y [N, O], in random order.
      holdout: How many of the rows are held out.
    """

    key: str
    label: str
    source: str
    make: Callable[[np.random.Generator], tuple[np.ndarray, np.ndarray]]
    holdout: int = HOLDOUT


def _inputs(rng: np.random.Generator) -> np.ndarray:
    return rng.uniform(-REACH, REACH, size=(TRAIN + HOLDOUT, 1))


def noise_of_wave(x: np.ndarray) -> np.ndarray:
    """The standard deviation of the wave's noise at x."""
    return 0.05 + 0.25 * (x + REACH) / (2.0 * REACH)


def _wave(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    x = _inputs(rng)
    return x, np.sin(1.5 * x) + noise_of_wave(x) * rng.normal(size=x.shape)


def _branches(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """A wave looked at from the side (Bishop 1994): three values of y for some x."""
    y = rng.uniform(-REACH, REACH, size=(TRAIN + HOLDOUT, 1))
    x = 0.8 * y + 1.2 * np.sin(1.8 * y) + 0.15 * rng.normal(size=y.shape)
    return x, y


def _switch(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    x = _inputs(rng)
    return x, (rng.uniform(size=x.shape) < 1.0 / (1.0 + np.exp(-4.0 * np.cos(1.5 * x)))).astype(float)


def _counts(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    x = _inputs(rng)
    return x, rng.poisson(np.exp(1.0 + 0.9 * np.sin(1.2 * x))).astype(float)


def _classes(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    x = _inputs(rng)
    place = (x + REACH + 0.25 * rng.normal(size=x.shape)) / (2.0 * REACH)
    return x, np.clip(np.floor(CLASSES * place), 0, CLASSES - 1)


def _digits(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    with np.load(DIGITS) as file:
        pixels = file["pixels"]
    ink = (pixels[rng.permutation(len(pixels))] >= 8).astype(float)
    return ink, ink


def _nothing(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    del rng
    return np.ones((2, 1)), np.ones((2, 1))


DATA = {
    data.key: data
    for data in (
        Data("none", "none", "There are no data: the cost is a function of the sample alone.", _nothing, 1),
        Data("wave", "a wave whose noise grows", "y = sin 1.5x, with noise that grows from 0.05 to 0.3.", _wave),
        Data(
            "branches", "a wave from the side", "x is a wave of y: for some x there are three values of y.", _branches
        ),
        Data("switch", "on or off", "y is 0 or 1, with log-odds 4 cos 1.5x.", _switch),
        Data("counts", "counts", "y is Poisson with rate exp(1 + 0.9 sin 1.2x).", _counts),
        Data("classes", "four classes in a row", "Four classes side by side, with blurred borders.", _classes),
        Data(
            "digits",
            "handwritten digits",
            "1,797 images of 8 × 8 pixels, made black and white: the test set of Alpaydin & Kaynak's optical "
            "recognition of handwritten digits (1998), UCI Machine Learning Repository, CC BY 4.0.",
            _digits,
            360,
        ),
    )
}


@functools.lru_cache(maxsize=16)
def rows_of(key: str) -> tuple[Rows, Rows]:
    """Training and held-out rows, the same ones each time."""
    data = DATA[key]
    x, y = (part.astype(np.float32) for part in data.make(np.random.default_rng(SEED)))
    count = len(x) - data.holdout
    return tuple(Rows(tf.constant(x[part]), tf.constant(y[part])) for part in (slice(count), slice(count, None)))  # type: ignore[return-value]
