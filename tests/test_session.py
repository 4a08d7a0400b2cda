"""What a page does while it opens: the board first, the controls when it is up, or when it takes too long."""

from types import SimpleNamespace

import pytest

from playground.config import Config
from playground.live.service import service
from playground.ui import session
from playground.ui.session import Session
from tests.by_hand import Clock


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """In place of the time: to sleep lets it pass."""
    clock = Clock()
    monkeypatch.setattr(session, "time", SimpleNamespace(monotonic=clock, sleep=clock.tick))
    monkeypatch.setattr(session, "LONGEST_HEAD_START", 1.5)
    monkeypatch.setattr(session, "TO_MOVE", 0.4)
    return clock


class Board:
    """A run that is looked at so many seconds after its page was opened, or never."""

    def __init__(self, clock: Clock, after: float | None) -> None:
        self._clock, self._from = clock, None if after is None else clock() + after

    @property
    def looked(self) -> float:
        return -1.0 if self._from is None or self._clock() < self._from else self._from


@pytest.mark.parametrize(("after", "waited"), [(0.5, 0.9), (0.0, 0.4), (None, 1.9)])
def test_controls_come_when_the_board_is_up_or_takes_too_long(
    clock: Clock, monkeypatch: pytest.MonkeyPatch, after: float | None, waited: float
) -> None:
    opened, board = clock(), Board(clock, after)
    monkeypatch.setattr(service().runs, "peek", lambda run_id: board)
    page = Session(Config.create(), 60.0, "run", lambda config, speed: {}, opened=opened)
    page.let_the_board_go_first()
    assert clock() - opened == pytest.approx(waited, abs=0.06)
    page.let_the_board_go_first()
    assert clock() - opened == pytest.approx(waited, abs=0.06), "only while it opens"


def test_a_run_knows_when_it_was_looked_at() -> None:
    clock = Clock()
    run = session.Run(Config.create(), clock=clock)
    made = clock()
    assert run.looked == made
    clock.tick(3.0)
    run.look()
    assert run.looked == made + 3.0
