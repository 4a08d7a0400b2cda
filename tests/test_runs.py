"""Leases: who is looked at goes on, who is not pauses and then ends, and the clock may do what it likes."""

import threading
from collections.abc import Callable, Iterator

import pytest

from playground.config import Config
from playground.training import runs as module
from playground.training.run import Run
from playground.training.runs import END_AFTER, PAUSE_AFTER, Runs
from tests.by_hand import Clock

PATIENCE = 30.0


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def runs(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Runs]:
    """A registry whose leases are checked by the test alone."""
    monkeypatch.setattr(module, "CHECK_SECONDS", 3600.0)
    registry = Runs(clock, threads=1)
    yield registry
    registry.stop()


def wait(condition: Callable[[], bool]) -> None:
    """Until the worker has done its part."""
    pause = threading.Event()
    for _ in range(int(PATIENCE / 0.01)):
        if condition():
            return
        pause.wait(0.01)
    raise AssertionError("The worker has not done its part.")


def pass_by(runs: Runs, clock: Clock, seconds: float) -> None:
    """Lets time pass, with the checks that the reaper would make."""
    for _ in range(int(seconds)):
        clock.tick(1.0)
        runs.expire()


def started(runs: Runs) -> tuple[str, Run]:
    run_id = runs.create(Config.create(samples=4, replicates=8))
    run = runs.find(run_id)
    assert run is not None
    run.play()
    wait(lambda: run.playing)
    return run_id, run


def test_ids_are_unguessable_and_lead_to_the_run(runs: Runs) -> None:
    ids = [runs.create(Config.create()) for _ in range(3)]
    assert len(set(ids)) == len(runs) == 3 and all(len(run_id) >= 16 and run_id in runs for run_id in ids)
    assert runs.find(ids[0]) is runs.find(ids[0]) is not runs.find(ids[1])
    assert runs.find("nobody") is None


def test_a_run_that_is_looked_at_goes_on(runs: Runs, clock: Clock) -> None:
    run_id, run = started(runs)
    for _ in range(100):
        pass_by(runs, clock, PAUSE_AFTER)
        assert runs.find(run_id) is run
    assert run.playing


def test_unseen_it_pauses_and_goes_on_when_it_is_looked_at_again(runs: Runs, clock: Clock) -> None:
    run_id, run = started(runs)
    pass_by(runs, clock, PAUSE_AFTER)
    assert run.playing
    pass_by(runs, clock, 1)
    wait(lambda: not run.playing)
    assert run_id in runs
    pass_by(runs, clock, 60)
    assert runs.find(run_id) is run
    wait(lambda: run.playing)


def test_a_run_that_its_learner_paused_stays_paused(runs: Runs, clock: Clock) -> None:
    run_id, run = started(runs)
    run.pause()
    wait(lambda: not run.playing)
    pass_by(runs, clock, 10 * PAUSE_AFTER)
    assert runs.find(run_id) is run and not run.has_commands and not run.playing


def test_unseen_for_long_it_ends(runs: Runs, clock: Clock) -> None:
    run_id, _ = started(runs)
    kept, _ = started(runs)
    pass_by(runs, clock, END_AFTER / 2)
    runs.find(kept)
    pass_by(runs, clock, END_AFTER / 2 + 1)
    assert run_id not in runs and runs.find(run_id) is None
    assert kept in runs and len(runs) == 1


@pytest.mark.parametrize("jump", [86_400.0, -86_400.0])
def test_a_jump_of_the_clock_ends_and_pauses_nothing(runs: Runs, clock: Clock, jump: float) -> None:
    run_id, run = started(runs)
    pass_by(runs, clock, 5)
    clock.tick(jump)
    runs.expire()
    assert run_id in runs and run.playing and not run.has_commands
    pass_by(runs, clock, PAUSE_AFTER)
    wait(lambda: not run.playing)
    pass_by(runs, clock, END_AFTER)
    assert run_id not in runs


def test_ending_twice_is_ending_once(runs: Runs) -> None:
    run_id, _ = started(runs)
    runs.end(run_id)
    runs.end(run_id)
    assert len(runs) == 0


def test_whoever_wants_to_know_hears_of_each_end(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CHECK_SECONDS", 3600.0)
    heard: list[str] = []
    registry = Runs(clock, 1, heard.append)
    first, second = (registry.create(Config.create()) for _ in range(2))
    registry.end(first)
    registry.end(first)
    pass_by(registry, clock, END_AFTER + 1)
    registry.stop()
    assert heard == [first, second]


def test_the_run_unseen_for_longest_makes_room(runs: Runs, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_RUNS", 3)
    ids = []
    for _ in range(3):
        ids.append(runs.create(Config.create()))
        clock.tick(1.0)
    runs.find(ids[0])
    newest = runs.create(Config.create())
    assert len(runs) == 3 and ids[1] not in runs
    assert all(run_id in runs for run_id in (ids[0], ids[2], newest))


def test_the_reaper_checks_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, seconds in (("PAUSE_AFTER", 0.02), ("END_AFTER", 0.05), ("CHECK_SECONDS", 0.01)):
        monkeypatch.setattr(module, name, seconds)
    registry = Runs(threads=1)
    run_id = registry.create(Config.create(samples=4, replicates=8))
    wait(lambda: run_id not in registry)
    registry.stop()


def test_stopping_leaves_no_thread_and_may_be_repeated() -> None:
    before = set(threading.enumerate())
    registry = Runs(threads=3)
    assert len(set(threading.enumerate()) - before) == 4
    started(registry)
    registry.stop()
    registry.stop()
    assert set(threading.enumerate()) <= before
