"""n training steps inside one graph: what every compiled chunk of the playground is made of."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

import tensorflow as tf


class Counted(Protocol):
    """A structure of tensors that knows how many steps it has behind it."""

    @property
    def step(self) -> tf.Tensor: ...


State = TypeVar("State", bound=Counted)


def roll(
    step: Callable[[State], tuple[State, Mapping[str, tf.Tensor], Any]],
    state: State,
    names: Sequence[str],
    steps: tf.Tensor,
    stride: tf.Tensor,
) -> tuple[State, dict[str, tf.Tensor], Any]:
    """Does `steps` ≥ 1 steps and keeps the rows of those whose number is a multiple of `stride`.

    Args:
      step: state → (state one step later, its row, what is shown of it). It is traced twice: the last step stands
        outside the loop, because it is the one of which something is shown.
      state: Where to begin.
      names: The keys of a row, whose values are float32.
      steps, stride: int32 [].

    Returns:
      The state after the last step, the kept rows by name, each [n, …], and what is shown of the last step.
    """
    first = state.step
    last = first + steps - 1
    arrays = {name: tf.TensorArray(tf.float32, size=steps) for name in names}

    def body(state: State, arrays: dict[str, tf.TensorArray]) -> tuple:
        place = state.step - first
        state, row, _ = step(state)
        return state, {name: arrays[name].write(place, row[name]) for name in names}

    # The state's own number counts the turns: each further tensor that goes round costs as much as a small operation.
    state, arrays = tf.while_loop(lambda state, _: state.step < last, body, (state, arrays))
    state, row, shown = step(state)
    kept = slice(tf.math.floormod(-first, stride), None, stride)
    rows = {name: arrays[name].write(steps - 1, row[name]).stack()[kept] for name in names}
    for name in names:
        rows[name].set_shape([None, *row[name].shape])  # an array that went round has forgotten even its rank
    return state, rows, shown
