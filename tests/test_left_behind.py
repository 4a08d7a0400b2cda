"""What graphs leave behind is given back, and those in use go on."""

import gc
import weakref
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import tensorflow as tf
import tensorflow_probability as tfp
from tensorflow.python.eager import context

from playground.training import left_behind
from playground.training.compiled import Compiled
from playground.training.left_behind import LeftBehind


@pytest.fixture(autouse=True)
def all_is_young() -> Iterator[None]:
    """With the collector off, a test's objects stay in generation 0, and if they outlive a collection of it in 1.

    To collect no more than that takes no time; to look through all that other tests have left takes seconds.
    """
    gc.collect(1)
    gc.disable()
    yield
    gc.enable()


@pytest.fixture
def cleared(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """An entry each time that kernels are dropped, which they are; and a count that begins anew."""
    clear, entries = type(context.context()).clear_kernel_cache, []

    def counted(own: context.Context) -> None:
        entries.append(True)
        clear(own)

    monkeypatch.setattr(type(context.context()), "clear_kernel_cache", counted)
    monkeypatch.setattr(left_behind, "by_graphs", LeftBehind())
    monkeypatch.setattr(left_behind, "FEW", 3)
    return entries


def test_kernels_are_dropped_when_many_are_of_no_use(cleared: list[bool]) -> None:
    def clearings(count: int) -> int:
        """How often kernels are dropped while so many graphs come and go; each is in use while it is counted."""
        cleared.clear()
        for _ in range(count):
            assert float(Compiled(lambda x: x * 2.0)(tf.constant(4.0))) == 8.0
            gc.collect(1)
        return len(cleared)

    assert [clearings(4), clearings(1), clearings(3), clearings(1)] == [0, 1, 0, 1]
    used = [Compiled(lambda x: x + 1.0) for _ in range(9)]
    for _ in range(3):
        assert [float(compiled(tf.constant(1.0))) for compiled in used] == [2.0] * 9
        assert [clearings(5), clearings(1)] == [0, 1]


def test_graphs_that_run_meanwhile_are_not_disturbed(cleared: list[bool]) -> None:
    """Two threads are in the middle of them, as a server's are, whenever kernels are dropped."""
    graphs = [Compiled(lambda x: tf.reduce_sum(tf.linspace(0.0, x, 1001))) for _ in range(2)]

    def calls(graph: Compiled) -> set[float]:
        return {float(graph(tf.constant(2.0))) for _ in range(100)}

    with ThreadPoolExecutor(2) as pool:
        results = [pool.submit(calls, graph) for graph in graphs]
        while not all(result.done() for result in results):
            left_behind._let_go()
    assert [result.result() for result in results] == [{float(graphs[0](tf.constant(2.0)))}] * 2
    assert cleared


def test_a_graph_with_a_bijector_is_freed(cleared: list[bool]) -> None:
    """Not by itself: if it were, nothing here need free it any more."""

    def density(x: tf.Tensor) -> tf.Tensor:
        graphs.append(weakref.ref(tf.compat.v1.get_default_graph()))
        weibull = tfp.distributions.Weibull(2.0, x)
        return weibull.log_prob(weibull.sample(seed=[1, 2]))

    graphs: list[weakref.ref] = []
    for alive in (1, 2, 3, 4, 0):
        Compiled(density)(tf.constant(1.5))
        gc.collect(0 if alive else 1)
        assert sum(graph() is not None for graph in graphs) == alive
