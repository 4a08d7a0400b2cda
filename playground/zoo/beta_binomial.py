"""Beta-binomial: successes in a known number of trials, with a chance that varies from row to row."""

from typing import Any

import numpy as np
import tensorflow as tf
from tensorflow_probability import distributions as tfd

from playground.fitting.bijections import positive
from playground.fitting.learnable import Learnable, Sizes, Start, Variable

LEAST_CHANCE = 1e-2
CORRELATIONS = (1e-2, 0.9)


def build(total_count: float, concentration1: tf.Tensor, concentration0: tf.Tensor) -> tfd.Distribution:
    return tfd.BetaBinomial(total_count=total_count, concentration1=concentration1, concentration0=concentration0)


def _variables(sizes: Sizes) -> tuple[Variable, ...]:
    above_zero = positive(sizes.bijector)
    return Variable("concentration1", (), above_zero), Variable("concentration0", (), above_zero)


def _constants(sizes: Sizes) -> dict[str, Any]:
    return {"total_count": float(sizes.total_count)}


def _start(sizes: Sizes, start: Start) -> dict[str, np.ndarray]:
    """By moments: n trials have the variance n p (1 - p) (1 + (n - 1) ρ), where ρ = 1 / (1 + both concentrations)."""
    trials = sizes.total_count
    chance = np.clip(start.rows.mean() / trials, LEAST_CHANCE, 1.0 - LEAST_CHANCE)
    excess = start.rows.var() / (trials * chance * (1.0 - chance)) - 1.0
    correlation = np.clip(excess / max(1, trials - 1), *CORRELATIONS)
    both = 1.0 / correlation - 1.0
    return {"concentration1": np.array(chance * both), "concentration0": np.array((1.0 - chance) * both)}


LEARNABLE = Learnable(
    key="beta_binomial",
    label="Beta-binomial",
    story="Successes in so many trials, with a chance of success that varies from row to row.",
    kind="counts",
    variables=_variables,
    build=build,
    start=_start,
    event_sizes=(1, 1),
    constants=_constants,
    order=9,
)
