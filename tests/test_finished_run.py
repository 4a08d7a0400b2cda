"""A run with a last step: it stops there by itself, says so, and begins anew when it is asked to go on."""

from dataclasses import replace

import pytest

from playground.live.run_source import RunSource
from playground.training.gradient_training import GradientTraining
from playground.training.run import Run
from tests.by_hand import Clock, seen, serve, serve_to, shown

LAST = 23


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def run(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setattr(GradientTraining, "total", LAST)
    return shown(clock)  # at so many steps a second that no slice comes to the last one, on however fast a machine


def test_it_stops_at_its_last_step_and_says_so(run: Run, clock: Clock) -> None:
    run.play()
    serve_to(run, clock, LAST)
    serve(run, clock, 3)
    assert (seen(run).status, seen(run).step, seen(run).total) == ("finished", LAST, LAST)
    assert run.due(clock()) == float("inf")
    run.step()
    serve(run, clock, 3)
    assert (seen(run).status, seen(run).step) == ("finished", LAST)


def test_single_steps_go_no_further(run: Run, clock: Clock) -> None:
    for _ in range(LAST + 5):
        run.step()
    serve(run, clock, LAST + 5)
    assert (seen(run).status, seen(run).step) == ("finished", LAST)


def test_play_does_it_again(run: Run, clock: Clock) -> None:
    run.play()
    serve_to(run, clock, LAST)
    first = seen(run).theta
    run.play()
    serve(run, clock, 1)
    assert (seen(run).status, seen(run).step < LAST) == ("running", True)
    serve_to(run, clock, LAST)
    assert (seen(run).theta == first).all()


def test_another_configuration_goes_on_where_it_had_finished_and_waits_where_it_was_paused(
    run: Run, clock: Clock
) -> None:
    run.play()
    serve_to(run, clock, LAST)
    run.configure(replace(run.config, samples=5))
    serve(run, clock, 2)
    assert seen(run).status == "running"
    run.pause()
    run.configure(replace(run.config, samples=6))
    serve(run, clock, 2)
    assert (seen(run).status, seen(run).step) == ("paused", 0)


def test_a_frame_says_of_how_many(run: Run) -> None:
    frame = RunSource(run, lambda: None).frame(None)
    assert frame is not None and (frame.header["step"], frame.header["total"]) == (0, LAST)
