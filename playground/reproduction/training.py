"""Trainings of which every step is kept, where the page's history is thinned out."""

from typing import NamedTuple

import numpy as np
import tensorflow as tf

from playground.config import Config
from playground.training.chunk import Signature, hot_of, trainer_of

MOST_DRAWN = 400
"""Points of a curve in a figure."""


class Trace(NamedTuple):
    """Each of n steps, before its update, float64.

    Attributes:
      theta: [n, E, P].
      variance: Of the gradient, over the R replicates, [n, E, P].
    """

    theta: np.ndarray
    variance: np.ndarray


def trace(config: Config, steps: int) -> Trace:
    """Trains for `steps` ≥ 1 steps, with the numbers that the page has."""
    trainer, hot, seed = trainer_of(Signature.of(config)), hot_of(config), tf.constant(config.seed)
    state, done = trainer.first_state(config), 0
    rows: list[tuple[np.ndarray, np.ndarray]] = []
    while done < steps:
        count = min(trainer.most_steps, steps - done)
        chunk = trainer.advance(state, seed, tf.constant(count), tf.constant(1), hot)
        rows.append((chunk.records.theta.numpy(), chunk.records.variance.numpy()))
        state, done = chunk.state, done + count
    theta, variance = (np.concatenate(parts).astype(np.float64) for parts in zip(*rows, strict=True))
    return Trace(theta, variance)


def thinned(values: np.ndarray) -> tuple[list[int], list[float]]:
    """The steps and values [n] that a figure shows: every so many of them, to six digits."""
    every = max(1, len(values) // MOST_DRAWN)
    steps = list(range(0, len(values), every))
    return steps, [float(f"{values[step]:.6g}") for step in steps]


def sigmoid(x: np.ndarray) -> np.ndarray:
    """The logistic function."""
    return 1.0 / (1.0 + np.exp(-x))
