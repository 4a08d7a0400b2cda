"""Where a training of layers stands, and what tells its compiled steps from others."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import tensorflow as tf

from playground.layers.config import LayersConfig


@dataclass(frozen=True)
class Signature:
    """All of a configuration that shapes the compiled step; runs with equal signatures share it."""

    model: str
    way: str
    units: int
    samples: int
    batch: int
    optimizer: str

    @classmethod
    def of(cls, config: LayersConfig) -> "Signature":
        return cls(config.model, config.way, config.units, config.samples, config.batch, config.optimizer)


class State(NamedTuple):
    """Where a training stands.

    Attributes:
      step: Steps done so far, int32 [].
      weights: All trainable weights side by side, [P].
      optimizer: The optimiser's state, each [P].
      probe: The newest `Probe`, stacked, [4, G]; NaN before there is one.
      probed: The step at which it was taken, int32 []; −1 before there is one.
    """

    step: tf.Tensor
    weights: tf.Tensor
    optimizer: Mapping[str, tf.Tensor]
    probe: tf.Tensor
    probed: tf.Tensor


class Probe(NamedTuple):
    """The gradient over R draws of a step's rows and noise, for each of the G groups of `Layout`, [G] each.

    Attributes:
      mean: Of a parameter; the norm of the mean of a layer's.
      variance: Added up over the elements of a group.
      exact: What `mean` estimates, where the loss's expectation is known; NaN elsewhere.
      largest: The largest absolute value in any draw.
    """

    mean: tf.Tensor
    variance: tf.Tensor
    exact: tf.Tensor
    largest: tf.Tensor
