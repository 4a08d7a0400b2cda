"""n training steps inside one graph: what every compiled chunk of the playground is made of."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import tensorflow as tf

State = TypeVar("State")


def roll(
    step: Callable[[State], tuple[State, Mapping[str, tf.Tensor], Any]],
    state: State,
    names: Sequence[str],
    first: tf.Tensor,
    steps: tf.Tensor,
    stride: tf.Tensor,
) -> tuple[State, dict[str, tf.Tensor], Any]:
    """Does `steps` ≥ 1 steps and keeps the rows of those whose number is a multiple of `stride`.

    Args:
      step: state → (state after it, its row, what is shown of it). It is traced twice: the last step stands outside
        the loop, because it is the one of which something is shown.
      state: A structure of tensors.
      names: The keys of a row, whose values are float32.
      first: The number of the first step, int32 [].
      steps, stride: int32 [].

    Returns:
      The state after the last step, the kept rows by name, each [n, …], and what is shown of the last step.
    """
    last = first + steps - 1
    arrays = {name: tf.TensorArray(tf.float32, size=steps) for name in names}

    def body(number: tf.Tensor, state: State, arrays: dict[str, tf.TensorArray]) -> tuple:
        state, row, _ = step(state)
        return number + 1, state, {name: arrays[name].write(number - first, row[name]) for name in names}

    _, state, arrays = tf.while_loop(lambda number, *_: number < last, body, (first, state, arrays))
    state, row, shown = step(state)
    kept = slice(tf.math.floormod(-first, stride), None, stride)
    return state, {name: arrays[name].write(steps - 1, row[name]).stack()[kept] for name in names}, shown
