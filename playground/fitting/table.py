"""The variables of a learnable distribution as a table: what is stored, what it means, and what is not learnt."""

from typing import NamedTuple

import numpy as np
import tensorflow as tf

from playground.fitting.learnable import Layout


class Row(NamedTuple):
    """One trainable variable.

    Attributes:
      name: As the distribution's own parameter is called.
      bijector: The code of the bijector from raw to constrained, or "none".
      raw: What the optimiser moves.
      constrained: What the distribution sees.
      learnt: The number of elements of `raw`.
      frozen: What part of `constrained` is not learnt and why, one sentence; None where all is.
    """

    name: str
    bijector: str
    raw: np.ndarray
    constrained: np.ndarray
    learnt: int
    frozen: str | None


def variables_table(layout: Layout, flat: tf.Tensor | np.ndarray) -> list[Row]:
    """The rows of the table at raw values [P], in the order of the variables; their `learnt` sum to P."""
    flat = tf.convert_to_tensor(flat, tf.float32)
    raw, constrained = layout.raw(flat), layout.values(flat)
    return [
        Row(
            name=variable.name,
            bijector="none" if variable.bijection is None else variable.bijection.code,
            raw=raw[variable.name].numpy(),
            constrained=constrained[variable.name].numpy(),
            learnt=length,
            frozen=variable.frozen,
        )
        for variable, length in zip(layout.variables, layout.lengths, strict=True)
    ]
