"""One run, served by hand: the transport, the same trajectory whatever the slices, hot edits, divergence, jumps."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from playground.config import Config
from playground.training import run as module
from playground.training.chunk import Chunk, Signature, hot_of, trainer_of
from playground.training.pace import LONGEST_INTERVAL
from playground.training.run import Run
from playground.training.snapshot import Snapshot
from tests.clock import Clock

STATEFUL = ("score_function_mean_baseline", "pathwise")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def make(clock: Clock) -> Callable[..., Run]:
    """`make(speed=…, **configuration)` → a run that shows its first state."""

    def start(speed: float = 60.0, **settings: Any) -> Run:
        run = Run(Config.create(**{"samples": 4, "replicates": 8, **settings}), speed, clock)
        run.serve()
        return run

    return start


def seen(run: Run) -> Snapshot:
    assert run.snapshot is not None
    return run.snapshot


def serve(run: Run, clock: Clock, slices: int) -> None:
    """Lets time pass until the run is due, and serves it, so many times."""
    for _ in range(slices):
        due = run.due(clock())
        clock.tick(max(due, 0.0) if np.isfinite(due) else 1.0)
        run.serve()


def serve_to(run: Run, clock: Clock, step: int) -> None:
    for _ in range(10_000):
        if seen(run).step >= step:
            return
        serve(run, clock, 1)
    raise AssertionError(f"After 10,000 slices the run is at step {seen(run).step}, not at {step}.")


def test_a_run_shows_where_it_starts_and_waits(make: Callable[..., Run], clock: Clock) -> None:
    run = make()
    assert (seen(run).status, seen(run).step) == ("paused", 0)
    assert run.due(clock()) == float("inf")
    serve(run, clock, 5)
    assert seen(run).step == 0
    np.testing.assert_allclose(seen(run).theta, [[1.0, 1.0]], rtol=1e-6)


def test_play_and_pause(make: Callable[..., Run], clock: Clock) -> None:
    run = make()
    run.play()
    assert run.due(clock()) == 0.0
    serve(run, clock, 5)
    reached = seen(run).step
    assert (seen(run).status, reached > 5) == ("running", True)
    run.pause()
    serve(run, clock, 5)
    assert (seen(run).status, seen(run).step) == ("paused", reached)


def test_the_last_of_many_clicks_counts(make: Callable[..., Run], clock: Clock) -> None:
    run = make()
    for _ in range(30):
        run.play()
        run.pause()
    serve(run, clock, 2)
    assert (seen(run).status, seen(run).step) == ("paused", 0)


def test_step_makes_one_step_each_and_pauses(make: Callable[..., Run], clock: Clock) -> None:
    run = make()
    run.play()
    serve(run, clock, 2)
    reached = seen(run).step
    run.step()
    run.step()
    serve(run, clock, 5)
    assert (seen(run).status, seen(run).step) == ("paused", reached + 2)


def test_reset_gives_the_same_trajectory_again(make: Callable[..., Run], clock: Clock) -> None:
    run = make(estimators=STATEFUL, optimizer="adam", learning_rate=0.05)
    run.play()
    serve_to(run, clock, 30)
    first = seen(run)
    run.reset()
    serve(run, clock, 1)
    assert seen(run).status == "running" and seen(run).step == len(seen(run).history.step) < 10
    assert seen(run).history.version != first.history.version
    assert seen(run).generation == first.generation, "the same experiment keeps its figures"
    serve_to(run, clock, 30)
    common = min(first.step, seen(run).step)
    np.testing.assert_array_equal(seen(run).history.columns["theta"][:common], first.history.columns["theta"][:common])


@pytest.mark.parametrize("speed", [2.0, 10.0, 60.0, 300.0])
def test_speed_is_kept_on_average(make: Callable[..., Run], clock: Clock, speed: float) -> None:
    run = make(speed)
    run.play()
    serve(run, clock, 1)
    start, reached = clock(), seen(run).step
    while clock() < start + 10.0:
        serve(run, clock, 1)
    assert seen(run).step - reached == pytest.approx(10.0 * speed, rel=0.1)


def test_speed_changes_while_it_plays(make: Callable[..., Run], clock: Clock) -> None:
    run = make(2.0)
    run.play()
    serve(run, clock, 2)
    run.set_speed(300.0)
    serve(run, clock, 2)
    reached = seen(run).step
    serve(run, clock, 5)
    assert seen(run).speed == 300.0 and seen(run).step > reached + 25


def test_many_looks_make_frames_and_few_make_slices_longer(make: Callable[..., Run], clock: Clock) -> None:
    run = make(60.0)
    run.play()
    steps = []
    for spacing in (0.05, 0.5):
        for _ in range(3):
            clock.tick(spacing)
            run.look()
            run.serve()
        before = seen(run).step
        serve(run, clock, 10)
        steps.append(seen(run).step - before)
    assert steps[1] > 1.5 * steps[0]
    assert run.look() is run.snapshot


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_the_trajectory_does_not_depend_on_the_slices(optimizer: str) -> None:
    """Single steps, threes, sevens and one long chunk: the same numbers, bit for bit, states included."""
    config = Config.create(estimators=STATEFUL, optimizer=optimizer, learning_rate=0.01, samples=4, replicates=8)
    trainer, hot, seed = trainer_of(Signature.of(config)), hot_of(config), tf.constant(3)
    ends, rows = [], []
    for size in (1, 3, 7, 21):
        state, thetas = trainer.first_state(config), []
        for _ in range(21 // size):
            chunk = trainer.advance(state, seed, tf.constant(size), tf.constant(1), hot)
            state = chunk.state
            thetas.append(chunk.records.theta.numpy())
        ends.append([value.numpy() for value in tf.nest.flatten(state)])
        rows.append(np.concatenate(thetas))
    assert rows[0].shape == (21, 2, 2) and np.abs(np.diff(rows[0], axis=0)).max() > 0
    for end, row in zip(ends[1:], rows[1:], strict=True):
        np.testing.assert_array_equal(row, rows[0])
        for value, expected in zip(end, ends[0], strict=True):
            np.testing.assert_array_equal(value, expected)


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_the_trajectory_does_not_depend_on_the_speed(make: Callable[..., Run], clock: Clock, optimizer: str) -> None:
    histories = []
    for speed in (10.0, 300.0, float("inf")):
        run = make(speed, estimators=STATEFUL, optimizer=optimizer)
        run.play()
        serve_to(run, clock, 60)
        histories.append(seen(run).history)
    for history in histories:
        np.testing.assert_array_equal(history.step[:60], np.arange(60))
        for name, values in histories[0].columns.items():
            np.testing.assert_allclose(history.columns[name][:60], values[:60], rtol=1e-12, err_msg=name)


def traces(run: Run) -> tuple[int, ...]:
    compiled = (run._trainer.advance, run._observer.watch, run._observer.picture, run._observer.landscape)
    return tuple(function.experimental_get_tracing_count() for function in compiled)


@pytest.mark.parametrize(
    ("settings", "edit"),
    [
        ({}, {"learning_rate": 0.05}),
        ({}, {"cost_params": (("target", 2.5),)}),
        ({"cost": "exponential"}, {"cost_params": (("k", 0.3),)}),
        (
            {"family": "categorical", "estimators": ("gumbel_softmax",), "optimizer": "adam"},
            {"hyperparameters": (("temperature", 0.3),)},
        ),
    ],
    ids=["learning rate", "target", "k", "temperature"],
)
def test_hot_edits_take_effect_without_a_trace(
    make: Callable[..., Run], clock: Clock, settings: dict[str, Any], edit: dict[str, Any]
) -> None:
    left_alone, edited = make(**settings), make(**settings)
    for run in (left_alone, edited):
        run.play()
        serve_to(run, clock, 12)
        serve(run, clock, 3)
    before, counted = seen(edited).step, traces(edited)
    edited.configure(replace(edited.config, **edit))
    for run in (left_alone, edited):
        serve_to(run, clock, before + 12)
    assert traces(edited) == counted
    assert getattr(seen(edited).config, next(iter(edit))) == next(iter(edit.values()))
    ways = [seen(run).history.columns["theta"][: before + 12] for run in (left_alone, edited)]
    np.testing.assert_array_equal(ways[0][:before], ways[1][:before])
    assert not np.array_equal(ways[0][before + 2 :], ways[1][before + 2 :])


def test_runs_of_one_signature_share_their_compiled_steps(make: Callable[..., Run], clock: Clock) -> None:
    first = make(seed=1)
    first.play()
    serve(first, clock, 3)
    counted = traces(first)
    other = make(seed=2, params={"loc": -2.0}, learning_rate=0.001, cost_params={"target": 1.0})
    other.play()
    serve(other, clock, 3)
    assert other._trainer is first._trainer and traces(other) == counted


def test_an_edited_target_moves_the_optimum(make: Callable[..., Run], clock: Clock) -> None:
    run = make()
    generation = seen(run).generation
    run.configure(replace(run.config, cost_params=(("target", 2.0),)))
    serve(run, clock, 1)
    assert seen(run).landscape.best_theta[0] == pytest.approx(2.0, abs=0.05)
    assert seen(run).generation > generation and seen(run).step == 0


def test_a_cold_edit_starts_anew(make: Callable[..., Run], clock: Clock) -> None:
    run = make()
    run.play()
    serve_to(run, clock, 10)
    run.configure(replace(run.config, samples=8))
    serve(run, clock, 1)
    assert (seen(run).step, seen(run).config.samples, seen(run).status) == (0, 8, "running")


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


class Broken:
    """Stands in for the compiled steps."""

    def watch(self, *arguments: Any) -> tuple[Chunk, Any, Any]:
        raise tf.errors.ResourceExhaustedError(None, None, "out of memory")

    def __getattr__(self, name: str) -> Any:
        raise RuntimeError("nothing works")


@pytest.mark.parametrize("order", ["play", "step"])
def test_an_exception_freezes_the_run_until_it_is_reset(make: Callable[..., Run], clock: Clock, order: str) -> None:
    run = make()
    run.play()
    serve(run, clock, 3)
    reached = seen(run).step
    run._observer = Broken()  # type: ignore[assignment]
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
    run = make(estimators=STATEFUL)
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
