"""Gamma-Poisson, also called negative binomial: counts that vary more than a Poisson's."""

import numpy as np
import tensorflow as tf
from tensorflow_probability import distributions as tfd

from playground.fitting.bijections import positive
from playground.fitting.learnable import Learnable, Sizes, Start, Variable

LEAST_MEAN = 1e-2
MOST_TOTAL_COUNT = 100.0  # where the data vary hardly more than a Poisson's, or less


def build(total_count: tf.Tensor, logits: tf.Tensor) -> tfd.Distribution:
    return tfd.NegativeBinomial(total_count=total_count, logits=logits)


def _variables(sizes: Sizes) -> tuple[Variable, ...]:
    return Variable("total_count", (), positive(sizes.bijector)), Variable("logits", ())


def _start(sizes: Sizes, start: Start) -> dict[str, np.ndarray]:
    """By moments: the mean is m = total_count · exp(logits), the variance m + m² / total_count."""
    mean, variance = max(start.rows.mean(), LEAST_MEAN), start.rows.var()
    extra = max(variance - mean, mean**2 / MOST_TOTAL_COUNT)
    total_count = mean**2 / extra
    return {"total_count": np.array(total_count), "logits": np.array(np.log(mean / total_count))}


LEARNABLE = Learnable(
    key="gamma_poisson",
    label="Gamma-Poisson (negative binomial)",
    story="Counts whose rate varies from row to row: the smaller total_count is, the more it does.",
    kind="counts",
    variables=_variables,
    build=build,
    start=_start,
    event_sizes=(1, 1),
    order=8,
)
