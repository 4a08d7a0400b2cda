"""The running mean and spread of earlier costs, a part of an estimator's state: the scale on which costs are judged."""

from collections.abc import Mapping
from typing import NamedTuple

import tensorflow as tf

from playground.estimator import State


class Past(NamedTuple):
    """The running mean and standard deviation of earlier costs, [] each: 0 and 0 before there are any."""

    mean: tf.Tensor
    spread: tf.Tensor


def begin(dtype: tf.DType) -> dict[str, tf.Tensor]:
    """The state before the first step."""
    return {name: tf.zeros([], dtype) for name in ("weight", "weighted_sum", "weighted_squares")}


def past(state: State) -> Past:
    """What earlier steps have seen, corrected for its start at zero as Adam corrects its moments."""
    mean = tf.math.divide_no_nan(state["weighted_sum"], state["weight"])
    square = tf.math.divide_no_nan(state["weighted_squares"], state["weight"])
    return Past(mean, tf.sqrt(tf.nn.relu(square - mean**2)))


def remember(state: Mapping[str, tf.Tensor], costs: tf.Tensor, decay: tf.Tensor | float) -> dict[str, tf.Tensor]:
    """The state after a step whose costs are [K]."""
    seen = {"weight": 1.0, "weighted_sum": tf.reduce_mean(costs), "weighted_squares": tf.reduce_mean(costs**2)}
    return {name: decay * state[name] + (1.0 - decay) * value for name, value in seen.items()}
