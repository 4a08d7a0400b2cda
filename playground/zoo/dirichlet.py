"""Dirichlet: shares that sum to 1."""

import numpy as np
import tensorflow as tf
from tensorflow_probability import distributions as tfd

from playground.fitting.bijections import positive
from playground.fitting.dirichlet_pair import DirichletPair
from playground.fitting.learnable import Learnable, Sizes, Start, Values, Variable

LEAST_MEAN = 1e-3
TOTALS = (0.5, 500.0)


def build(concentration: tf.Tensor) -> tfd.Distribution:
    return tfd.Dirichlet(concentration)


def _variables(sizes: Sizes) -> tuple[Variable, ...]:
    return (Variable("concentration", (sizes.event_size,), positive(sizes.bijector)),)


def _start(sizes: Sizes, start: Start) -> dict[str, np.ndarray]:
    """By moments: with mean m and sum of concentrations s, an element has the variance m (1 - m) / (s + 1)."""
    mean = np.maximum(start.rows.mean(axis=0), LEAST_MEAN)
    mean = mean / mean.sum()
    total = np.sum(mean * (1.0 - mean)) / max(start.rows.var(axis=0).sum(), 1e-6) - 1.0
    return {"concentration": mean * np.clip(total, *TOTALS)}


def _marginal(values: Values, axes: tuple[int, int]) -> tfd.Distribution:
    """The other elements together are one element, whose concentration is the sum of theirs."""
    concentration = np.asarray(values["concentration"])
    return DirichletPair(concentration[axes[0]], concentration[axes[1]], np.delete(concentration, list(axes)).sum())


LEARNABLE = Learnable(
    key="dirichlet",
    label="Dirichlet",
    story="Shares of a whole: mixing proportions, soil types, votes.",
    kind="simplex",
    variables=_variables,
    build=build,
    start=_start,
    event_sizes=(2, 8),
    marginal=_marginal,
    order=10,
)
