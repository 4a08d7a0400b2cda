"""One run in trouble: divergence, an exception, a clock that jumps, a busy server, readers who keep what they saw."""

import functools
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from playground.config import Config
from playground.training import gradient_training as module
from playground.training.chunk import Chunk
from playground.training.pace import LONGEST_INTERVAL
from playground.training.run import Run
from tests.by_hand import Clock, seen, serve, serve_to, shown


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def make(clock: Clock) -> Callable[..., Run]:
    return functools.partial(shown, clock)


def diverged(make: Callable[..., Run], clock: Clock, speed: float = 60.0) -> Run:
    run = make(speed, learning_rate=5.0)
    run.play()
    serve(run, clock, 80)
    assert seen(run).status == "diverged"
    return run


@pytest.mark.parametrize("speed", [10.0, float("inf")])
def test_divergence_is_named_and_frozen(make: Callable[..., Run], clock: Clock, speed: float) -> None:
    run = diverged(make, clock, speed)
    cause = seen(run).cause or ""
    assert f"Step {seen(run).step + 1}: " in cause
    for part in ("pathwise", "diverged", "`loc`", "Lower the learning rate (now 5)"):
        assert part.lower() in cause.lower(), cause
    assert np.isfinite(seen(run).theta).all()
    for name in ("theta", "mean"):  # a variance is a square: it may leave float32 a few steps before θ does
        assert np.isfinite(seen(run).history.columns[name]).all(), name
    np.testing.assert_array_equal(seen(run).history.step, np.arange(seen(run).step), "each good step, and no other")
    frozen = seen(run).step
    run.play()
    run.step()
    serve(run, clock, 3)
    assert (seen(run).status, seen(run).step) == ("diverged", frozen)


def test_back_leads_to_a_state_from_which_it_can_do_better(make: Callable[..., Run], clock: Clock) -> None:
    run = diverged(make, clock, 300.0)
    failed = seen(run).step
    run.configure(replace(run.config, learning_rate=0.01))
    run.back()
    serve(run, clock, 1)
    assert (seen(run).status, seen(run).cause, seen(run).step < failed) == ("paused", None, True)
    run.play()
    serve_to(run, clock, failed + 50)
    assert seen(run).status == "running" and np.abs(seen(run).theta).max() < 10.0
    np.testing.assert_array_equal(seen(run).history.step, np.arange(seen(run).step))


def test_reset_heals_too(make: Callable[..., Run], clock: Clock) -> None:
    run = diverged(make, clock)
    run.reset()
    run.play()
    serve(run, clock, 2)
    assert (seen(run).status, seen(run).cause) == ("running", None)


class NoMemory:
    """Stands in for a compiled function."""

    def __call__(self, *arguments: Any) -> tuple[Chunk, Any, Any]:
        raise tf.errors.ResourceExhaustedError(None, None, "out of memory")

    def traces(self) -> int:
        return 1


class Broken:
    """Stands in for the compiled steps."""

    watch = NoMemory()

    def __getattr__(self, name: str) -> Any:
        raise RuntimeError("nothing works")


@pytest.mark.parametrize("order", ["play", "step"])
def test_an_exception_freezes_the_run_until_it_is_reset(make: Callable[..., Run], clock: Clock, order: str) -> None:
    run = make()
    run.play()
    serve(run, clock, 3)
    reached = seen(run).step
    run._training._observer = Broken()  # type: ignore[assignment]
    getattr(run, order)()
    with pytest.raises(tf.errors.ResourceExhaustedError) as raised:
        serve(run, clock, 1)
    run.fail(raised.value)
    assert (seen(run).status, seen(run).step) == ("diverged", reached)
    assert seen(run).cause == (
        f"The step after {reached} failed: ResourceExhaustedError. Reset, or change the settings."
    )
    assert run.due(clock()) == float("inf"), "it must not be served over and over"
    run.reset()
    run.play()
    serve(run, clock, 3)
    assert (seen(run).status, seen(run).cause) == ("running", None)


def test_a_run_that_cannot_even_begin_is_not_served_over_and_over(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "observer_of", lambda signature: Broken())
    run = Run(Config.create(), 60.0, clock)
    with pytest.raises(RuntimeError) as raised:
        run.serve()
    run.fail(raised.value)
    assert run.due(clock()) == float("inf")


@pytest.mark.parametrize("jump", [3600.0, -3600.0])
def test_a_clock_that_jumps_neither_bursts_nor_stalls(make: Callable[..., Run], clock: Clock, jump: float) -> None:
    run = make(60.0)
    run.play()
    serve(run, clock, 5)
    reached = seen(run).step
    clock.tick(jump)
    run.look()
    assert run.due(clock()) <= LONGEST_INTERVAL
    serve(run, clock, 1)
    assert 1 <= seen(run).step - reached <= 2 * 60 * LONGEST_INTERVAL + 1
    start, reached = clock(), seen(run).step
    while clock() < start + 5.0:
        serve(run, clock, 1)
    assert seen(run).step - reached == pytest.approx(300, rel=0.1)


def test_on_a_busy_server_a_click_does_not_wait_for_ever(make: Callable[..., Run], clock: Clock) -> None:
    """Where all runs that play are late, one that was clicked on comes first as soon as it has waited for longest."""
    playing, clicked = make(), make()
    playing.play()
    serve(playing, clock, 2)
    clicked.play()
    clock.tick(0.2)
    playing.serve()
    assert clicked.due(clock()) < playing.due(clock())
    clock.tick(0.2)
    assert clicked.due(clock()) < playing.due(clock()) < 0.0


def test_snapshots_are_frozen(make: Callable[..., Run], clock: Clock) -> None:
    run = make(estimators=("score_function_mean_baseline", "pathwise"))
    run.play()
    serve(run, clock, 3)
    snapshot = seen(run)
    kept = [snapshot.theta.copy(), snapshot.history.columns["theta"].copy(), snapshot.density.copy()]
    serve(run, clock, 20)
    for before, now in zip(kept, [snapshot.theta, snapshot.history.columns["theta"], snapshot.density], strict=True):
        np.testing.assert_array_equal(now, before)
    with pytest.raises(ValueError, match="read-only"):
        snapshot.history.columns["theta"][0] = 0.0
    with pytest.raises(AttributeError):
        snapshot.step = 0  # type: ignore[misc]
    for array in (snapshot.theta, snapshot.density, snapshot.f, snapshot.grid, *snapshot.points, *snapshot.terms):
        assert not array.flags.writeable
