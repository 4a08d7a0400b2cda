"""A compiled function gives back what the function does, in the structure in which it does, from one graph."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pytest
import tensorflow as tf
from tensorflow_probability import distributions as tfd
from tensorflow_probability.python.internal import implementation_selection

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


@pytest.mark.parametrize(
    "make",
    [
        lambda x: tfd.Gamma(0.3 + x, 2.0),
        lambda x: tfd.Poisson(0.5 + 40.0 * x),
        lambda x: tfd.Binomial(tf.round(5.0 + 80.0 * x), probs=tf.fill(tf.shape(x), 0.3)),
    ],
    ids=["gamma", "poisson", "binomial"],
)
def test_a_sampler_is_traced_once_and_draws_what_tensorflow_would_choose(
    make: Callable[[tf.Tensor], tfd.Distribution], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same numbers in two shapes, because TFP remembers the samplers that it has traced."""

    def draw(shape: list[int]) -> tuple[np.ndarray, bool]:
        distribution, seed = make(tf.reshape(tf.linspace(0.0, 1.0, 12), shape)), tf.constant([1, 2])
        graph = tf.function(lambda seed: distribution.sample(50, seed=seed)).get_concrete_function(seed)
        functions = graph.graph.as_graph_def().library.function
        return graph(seed).numpy().ravel(), any("api_implements" in function.attr for function in functions)

    ours, two_to_choose_from = draw([12])
    assert not two_to_choose_from
    monkeypatch.setattr(implementation_selection, "NUMPY_MODE", False)
    theirs, two_to_choose_from = draw([3, 4])
    assert two_to_choose_from
    np.testing.assert_array_equal(ours, theirs)
