"""Late runs stand in line: the latest comes first, and all are asked once a turn."""

from collections.abc import Callable

import pytest

from playground.training.scheduler import Scheduler
from tests.fake_runs import PATIENCE, Fake, Slow, add, schedulers

start = pytest.fixture(schedulers)


class Late(Fake):
    """A run that is as late as it is told, and counts how often it was asked."""

    def __init__(self, name: str, served: list[str], late: float) -> None:
        super().__init__(name, served, 1)
        self.late, self.asked = late, 0

    def due(self, now: float) -> float:
        self.asked += 1
        return -self.late if self.times else float("inf")


def test_the_latest_comes_first_and_late_runs_are_asked_once_a_turn(start: Callable[..., Scheduler]) -> None:
    served: list[str] = []
    gate = Slow("gate", served, 1)
    scheduler = start(1)
    add(scheduler, gate)
    assert gate.began.wait(PATIENCE)
    runs = [Late(str(place), served, float(place)) for place in range(1, 100)]
    add(scheduler, *runs)
    asked = sum(run.asked for run in runs)
    gate.go_on.set()
    assert all(run.done.wait(PATIENCE) for run in runs)
    assert served == ["gate", *(str(place) for place in range(99, 0, -1))]
    assert sum(run.asked for run in runs) - asked < 5 * len(runs)


def test_a_command_goes_before_those_who_were_lined_up(start: Callable[..., Scheduler]) -> None:
    served: list[str] = []
    first, second, third = Slow("first", served, 1), Late("second", served, 2.0), Late("third", served, 1.0)
    gate = Slow("gate", served, 1)
    scheduler = start(1)
    add(scheduler, gate)
    assert gate.began.wait(PATIENCE)
    first.due = lambda now: -3.0 if first.times else float("inf")  # type: ignore[method-assign]
    add(scheduler, first, second, third)
    gate.go_on.set()
    assert first.began.wait(PATIENCE)  # the two others stand in line
    third.late = 5.0
    third.wake()
    first.go_on.set()
    assert second.done.wait(PATIENCE) and third.done.wait(PATIENCE)
    assert served == ["gate", "first", "third", "second"]


def test_who_was_lined_up_and_is_removed_is_served_no_more(start: Callable[..., Scheduler]) -> None:
    served: list[str] = []
    gate, first = Slow("gate", served, 1), Slow("first", served, 1)
    scheduler = start(1)
    add(scheduler, gate)
    assert gate.began.wait(PATIENCE)
    first.due = lambda now: -3.0 if first.times else float("inf")  # type: ignore[method-assign]
    goes, stays = Late("goes", served, 2.0), Late("stays", served, 1.0)
    add(scheduler, first, goes, stays)
    gate.go_on.set()
    assert first.began.wait(PATIENCE)  # the two others stand in line
    scheduler.remove(goes)
    first.go_on.set()
    assert stays.done.wait(PATIENCE)
    assert served == ["gate", "first", "stays"]


def test_who_has_to_wait_for_a_compilation_keeps_the_place_in_line(start: Callable[..., Scheduler]) -> None:
    served: list[str] = []
    compiling, new, first = Slow("compiling", served, 1), Late("new", served, 9.0), Slow("first", served, 1)
    compiling.cold = new.cold = True
    others = [Late(str(place), served, 1.0) for place in range(10)]
    gate = Slow("gate", served, 1)
    scheduler = start(2)
    add(scheduler, compiling, gate)
    assert compiling.began.wait(PATIENCE) and gate.began.wait(PATIENCE)
    first.due = lambda now: -8.0 if first.times else float("inf")  # type: ignore[method-assign]
    add(scheduler, *others, new, first)
    gate.go_on.set()
    assert first.began.wait(PATIENCE)  # `new` was later than `first`, but had to be passed over
    compiling.go_on.set()
    assert new.done.wait(PATIENCE)
    assert served[:3] == ["gate", "compiling", "new"]
    first.go_on.set()
