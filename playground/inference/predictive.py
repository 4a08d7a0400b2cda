"""What a regression says of every place, and how sure it is: the predictive probability under q."""

from typing import NamedTuple

import numpy as np
import tensorflow as tf

from playground.inference.approximation import Surrogate
from playground.points import REACH

SIDE, DRAWS, LINES = 41, 64, 12
SEED = (64, 12)  # Always the same noise, so that what is drawn moves with q and does not jump.
AXIS = np.linspace(-REACH, REACH, SIDE)
AXIS.flags.writeable = False


class Predictive(NamedTuple):
    """Of one q. Arrays are read-only.

    Attributes:
      mean: The probability of class 1, averaged over draws of the weights, [SIDE, SIDE]: x varies along the last axis.
      spread: Its standard deviation over the draws, [SIDE, SIDE].
      weights: Some of the draws: bias and two weights, [LINES, 3].
    """

    mean: np.ndarray
    spread: np.ndarray
    weights: np.ndarray


def predict(surrogate: Surrogate, phi: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
    """The three arrays of `Predictive` at φ [P]."""
    z = surrogate.sample(phi, DRAWS, tf.constant(SEED))
    axis = tf.constant(AXIS, z.dtype)
    bias, across, up = tf.unstack(z[:, :, tf.newaxis, tf.newaxis], num=3, axis=1)
    chance = tf.sigmoid(bias + across * axis + up * axis[:, tf.newaxis])
    mean, variance = tf.nn.moments(chance, axes=[0])
    return mean, tf.sqrt(variance), z[:LINES]
