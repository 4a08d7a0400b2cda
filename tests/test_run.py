"""One run, served by hand: the transport, the same trajectory whatever the slices, edits while it goes on."""

import functools
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from playground.config import Config
from playground.training.chunk import Signature, hot_of, trainer_of
from playground.training.run import Run
from tests.by_hand import Clock, seen, serve, serve_to, shown

STATEFUL = ("score_function_mean_baseline", "pathwise")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def make(clock: Clock) -> Callable[..., Run]:
    return functools.partial(shown, clock)


def test_a_run_shows_where_it_starts_and_waits(make: Callable[..., Run], clock: Clock) -> None:
    run = make()
    assert (seen(run).status, seen(run).step) == ("paused", 0)
    assert run.due(clock()) == float("inf")
    serve(run, clock, 5)
    assert seen(run).step == 0
    np.testing.assert_allclose(seen(run).theta, [[1.0, 1.0]], rtol=1e-6)


def test_a_moment_says_whether_the_next_step_must_be_compiled(make: Callable[..., Run], clock: Clock) -> None:
    run = make(replicates=9)  # as no other test has it
    assert seen(run).cold
    run.play()
    serve(run, clock, 1)
    assert not seen(run).cold


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
    training: Any = run._training
    observer = training._observer
    compiled = (training._trainer.advance, observer.watch, observer.picture, observer.landscape)
    return tuple(function.traces() for function in compiled)


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
    assert other._training._trainer is first._training._trainer and traces(other) == counted


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
