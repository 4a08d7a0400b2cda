"""A density to be approximated: what variational inference and reverse-KL fits pull towards."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import tensorflow as tf
from tensorflow_probability import distributions as tfd

KINDS = ("plane", "circle", "counts", "simplex", "weights")
"""Where rows live: real vectors; one angle in (−π, π]; one count 0, 1, 2, …; positive numbers that sum to 1; the
coefficients of a model, real vectors whose density depends on data."""


@dataclass(frozen=True)
class Target:
    """p(z), known up to a factor. Its functions work in float32 and float64 and for any batch shape.

    Attributes:
      key, label, story, latex: Its stable name, its name on screen, one line on what to look for, its formula.
      kind: One of `KINDS`.
      event_size: D, the number of elements of z; 1 for angles and counts.
      log_prob: z [..., D] → log of the unnormalised density [...].
      window: For each of the D elements (low, high): what charts show; a share of 1 − 1e-6 of the mass lies within
        for all targets but those whose docstring says otherwise.
      sample: (n, seed [2]) → exact draws [n, D], float32; None where there is no sampler.
      prior: For targets that are a prior times a likelihood: the prior, event shape [D], given a dtype.
      log_evidence: log ∫ exp(log_prob), where it has a closed form.
      given: For targets with data: points, as of `playground.points.tensor_of` → `log_prob` with those data. The data
        are a tensor, so that compiled steps take others without being compiled anew. `log_prob` itself is of some
        data to begin with.
    """

    key: str
    label: str
    story: str
    latex: str
    kind: str
    event_size: int
    log_prob: Callable[[tf.Tensor], tf.Tensor]
    window: tuple[tuple[float, float], ...]
    sample: Callable[[int, tf.Tensor], tf.Tensor] | None = None
    prior: Callable[[tf.DType], tfd.Distribution] | None = None
    log_evidence: float | None = None
    given: Callable[[tf.Tensor], Callable[[tf.Tensor], tf.Tensor]] | None = None
    order: int = 0

    def at(self, points: tf.Tensor | None) -> "Target":
        """The same target with these data; a target without data is what it is."""
        return self if self.given is None or points is None else replace(self, log_prob=self.given(points))

    def grid(self, side: int) -> np.ndarray:
        """A grid over the window: [side ** D, D], float64, the last element varying fastest."""
        axes = [np.linspace(low, high, side) for low, high in self.window]
        return np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, self.event_size)
