"""A compiled function gives back what the function does, in the structure in which it does, from one graph."""

from typing import NamedTuple

import numpy as np
import tensorflow as tf

from playground.training.compiled import Compiled


class Pair(NamedTuple):
    first: tf.Tensor
    second: dict[str, tf.Tensor]


def _nested(x: tf.Tensor, pair: Pair, empty: tuple = ()) -> tuple:
    # Keys out of order: structures are flattened by sorted keys.
    found = {"z": x + 1.0, "a": pair.first * 2, "m": {"inner": pair.second["b"]}}
    return Pair(pair.second["a"], found), (), [x * 3.0], {}


def plain(values: object) -> object:
    return tf.nest.map_structure(lambda tensor: tensor.numpy().tolist(), values)


def test_structures_come_back_as_they_are() -> None:
    pair = Pair(tf.constant(7), {"b": tf.constant([4.0, 5.0]), "a": tf.constant(6)})
    arguments = (tf.constant(0.5), pair)
    expected, compiled = _nested(*arguments), Compiled(_nested)
    for _ in range(2):
        found = compiled(*arguments)
        assert type(found[0]) is Pair and list(found[0].second) == ["z", "a", "m"]
        assert isinstance(found[2], list) and plain(found) == plain(expected)
    assert compiled.traces() == 1


def test_a_free_dimension_may_change_and_nothing_is_traced_again() -> None:
    compiled = Compiled(lambda rows, factor: tf.reduce_sum(rows, axis=0) * factor, free=(0,))
    assert compiled.traces() == 0
    for count in (1, 5, 2):
        rows = np.arange(2.0 * count).reshape(count, 2)
        np.testing.assert_allclose(compiled(tf.constant(rows), tf.constant(0.5, tf.float64)), rows.sum(axis=0) / 2.0)
    assert compiled.traces() == 1


def test_what_a_function_holds_on_to_is_read_at_each_call() -> None:
    variable, constant = tf.Variable(2.0), tf.constant([1.0, 2.0])
    compiled = Compiled(lambda x: (variable.assign_add(x), constant + x))
    assert plain(compiled(tf.constant(1.0))) == (3.0, [2.0, 3.0])
    variable.assign(10.0)
    assert plain(compiled(tf.constant(0.5))) == (10.5, [1.5, 2.5])
