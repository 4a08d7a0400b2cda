"""The scheduler: everybody in turn, a slow run in nobody's way, a broken one alone with its trouble."""

import itertools
import logging
import threading
from collections.abc import Callable
from typing import Any

import pytest

from playground.config import Config
from playground.training.run import Run
from playground.training.scheduler import Scheduler
from tests.by_hand import Clock
from tests.fake_runs import PATIENCE, Fake, Slow, add, schedulers

start = pytest.fixture(schedulers)


class Broken(Fake):
    """A run whose slices fail."""

    def serve(self) -> None:
        super().serve()
        raise ArithmeticError("0 / 0")


def test_runs_take_turns(start: Callable[..., Scheduler]) -> None:
    served: list[str] = []
    gate = Slow("gate", served, 1)
    scheduler = start(1)
    add(scheduler, gate)
    assert gate.began.wait(PATIENCE)  # all others are there before the first of them is served
    fakes = [Fake(name, served, 50) for name in "abcde"]
    add(scheduler, *fakes)
    gate.go_on.set()
    assert all(fake.done.wait(PATIENCE) for fake in fakes)
    assert served == ["gate", *("abcde" * 50)]


def test_a_slow_run_is_in_nobodys_way(start: Callable[..., Scheduler]) -> None:
    served: list[str] = []
    slow = Slow("slow", served, 1)
    scheduler = start(2)
    add(scheduler, slow)
    assert slow.began.wait(PATIENCE)
    fakes = [Fake(name, served, 100) for name in "abcdefgh"]
    add(scheduler, *fakes)
    assert all(fake.done.wait(PATIENCE) for fake in fakes)
    assert "slow" not in served
    # Whenever one is served for the nth time, every other was served n − 2 times at least.
    counts = dict.fromkeys("abcdefgh", 0)
    for name in served[8:-8]:
        counts[name] += 1
        assert max(counts.values()) - min(counts.values()) <= 2, counts
    slow.go_on.set()
    assert slow.done.wait(PATIENCE)


def test_a_run_is_never_served_twice_at_once(start: Callable[..., Scheduler]) -> None:
    served: list[str] = []
    slow, other = Slow("slow", served, 3), Fake("other", served, 200)
    scheduler = start(3)
    add(scheduler, slow, other)
    assert slow.began.wait(PATIENCE) and other.done.wait(PATIENCE)
    assert "slow" not in served and slow.times == 3
    slow.go_on.set()
    assert slow.done.wait(PATIENCE)


def test_a_broken_run_ends_no_worker(start: Callable[..., Scheduler], caplog: pytest.LogCaptureFixture) -> None:
    served: list[str] = []
    broken, fake = Broken("broken", served, 3), Fake("well", served, 3)
    scheduler = start(1)
    with caplog.at_level(logging.ERROR):
        add(scheduler, broken)
        assert broken.done.wait(PATIENCE)
        add(scheduler, fake)
        assert fake.done.wait(PATIENCE)
    assert [type(error) for error in broken.failures] == [ArithmeticError] * 3
    assert "0 / 0" in caplog.text


def test_a_removed_run_is_served_no_more(start: Callable[..., Scheduler]) -> None:
    served: list[str] = []
    slow, fake = Slow("slow", served, 5), Fake("fake", served, 2)
    scheduler = start(1)
    add(scheduler, slow)
    assert slow.began.wait(PATIENCE)
    scheduler.remove(slow)  # while it is being served
    scheduler.remove(slow)
    slow.go_on.set()
    add(scheduler, fake)
    assert fake.done.wait(PATIENCE)
    assert served == ["slow", "fake", "fake"]
    scheduler.remove(fake)
    scheduler.remove(fake)
    assert not scheduler._waiting and not scheduler._busy and not scheduler._removed


def test_stop_waits_for_the_slice_and_may_be_repeated() -> None:
    before = set(threading.enumerate())
    slow = Slow("slow", [], 5)
    scheduler = Scheduler(2)
    add(scheduler, slow)
    assert slow.began.wait(PATIENCE)
    stopper = threading.Thread(target=scheduler.stop)
    stopper.start()
    slow.go_on.set()
    stopper.join(PATIENCE)
    scheduler.stop()
    assert set(threading.enumerate()) <= before and slow.times >= 0
    add(scheduler, Fake("late", [], 1))
    assert set(threading.enumerate()) <= before


def test_threads_do_not_grow_with_runs(start: Callable[..., Scheduler]) -> None:
    scheduler = start(2)
    before = threading.active_count()
    fakes = [Fake(str(number), [], 3) for number in range(30)]
    add(scheduler, *fakes)
    assert all(fake.done.wait(PATIENCE) for fake in fakes)
    assert threading.active_count() == before


@pytest.mark.parametrize(("cores", "workers"), [(None, 2), (1, 2), (2, 3), (16, 3)])
def test_one_worker_more_than_cores_and_at_most_three(
    cores: int | None, workers: int, start: Callable[..., Scheduler], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: cores)
    before = threading.active_count()
    start()
    assert threading.active_count() == before + workers


def wait_for(condition: Callable[[], bool]) -> None:
    pause = threading.Event()
    for _ in itertools.repeat(None, int(PATIENCE / 0.01)):
        if condition():
            return
        pause.wait(0.01)
    raise AssertionError("It did not happen.")


def test_an_exception_inside_a_chunk_stops_that_run_alone(start: Callable[..., Scheduler]) -> None:
    """Real runs, on one worker: the broken one says so in words, the other goes on, and a reset heals."""

    class Boom:
        def __getattr__(self, name: str) -> Any:
            raise MemoryError("no room")

    clock = Clock()
    config = Config.create(samples=4, replicates=8)
    ill, well = Run(config, float("inf"), clock), Run(config, float("inf"), clock)
    scheduler = start(1, clock)
    add(scheduler, ill, well)
    for run in (ill, well):
        run.play()
    wait_for(lambda: all(run.snapshot is not None and run.snapshot.step > 0 for run in (ill, well)))
    ill._training._observer = Boom()  # type: ignore[assignment]
    wait_for(lambda: ill.snapshot is not None and ill.snapshot.status == "diverged")
    assert ill.snapshot is not None and "MemoryError" in (ill.snapshot.cause or "")
    assert well.snapshot is not None
    reached = well.snapshot.step
    wait_for(lambda: well.snapshot is not None and well.snapshot.step > reached)
    ill.reset()
    ill.play()
    wait_for(lambda: ill.snapshot is not None and ill.snapshot.status == "running" and ill.snapshot.step > 0)


def test_runs_that_have_yet_to_be_compiled_leave_a_worker_to_the_others(start: Callable[..., Scheduler]) -> None:
    served: list[str] = []
    first, second, warm = Slow("first", served, 1), Slow("second", served, 1), Fake("warm", served, 50)
    first.cold = second.cold = True
    scheduler = start(2)
    for run in (first, second, warm):
        scheduler.add(run)  # type: ignore[arg-type]
    assert first.began.wait(PATIENCE) and warm.done.wait(PATIENCE), "one worker stays with those that are compiled"
    assert not second.began.is_set(), "one at a time"
    first.go_on.set()
    assert second.began.wait(PATIENCE)
    second.go_on.set()
    assert second.done.wait(PATIENCE) and served == [*["warm"] * 50, "first", "second"]
