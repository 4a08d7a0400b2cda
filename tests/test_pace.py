"""Pace on servers of all strengths, played through with a clock of its own."""

import math

import pytest

from playground.training.pace import LEAST_SHARE, STUTTER, Pace

BEFORE, A_STEP = 0.0017, 0.00015
"""Seconds that a slice costs before its first step, and that each step adds."""


class Server:
    """One worker that serves runs by turns, as the scheduler does, for viewers who come ten times a second."""

    def __init__(self, runs: int, speed: float, a_step: float = A_STEP) -> None:
        self.now = 0.0
        self.runs: list[tuple[Pace, float]] = []
        self.join(runs, speed, a_step)

    def join(self, runs: int, speed: float, a_step: float = A_STEP) -> list[Pace]:
        """So many more runs of that speed, a step of which takes so many seconds."""
        paces = [Pace(speed, self.now) for _ in range(runs)]
        self.runs += [(pace, a_step) for pace in paces]
        return paces

    def play(self, seconds: float, of: list[Pace] | None = None) -> tuple[float, float]:
        """(Slices a second, steps a second) of one run, of all or of some, over so long a time."""
        counted = {id(pace) for pace in of or [pace for pace, _ in self.runs]}
        look, end, slices, done = self.now, self.now + seconds, 0, 0
        while self.now < end:
            if self.now >= look:
                look += 0.1
                for pace, _ in self.runs:
                    pace.looked(self.now)
            due, place = min((pace.due(self.now), i) for i, (pace, _) in enumerate(self.runs))
            if due > 0:
                self.now += max(min(due, look - self.now), 1e-6)
                continue
            pace, a_step = self.runs.pop(place)
            self.runs.append((pace, a_step))
            began = self.now
            steps = pace.steps(began, 512)
            self.now += BEFORE + steps * a_step
            pace.took(steps, self.now - began)
            pace.served(began)
            if id(pace) in counted:
                slices, done = slices + 1, done + steps
        return slices / seconds / len(counted), done / seconds / len(counted)


def settled(runs: int, speed: float, a_step: float = A_STEP) -> tuple[float, float]:
    server = Server(runs, speed, a_step)
    server.play(10.0)
    return server.play(10.0)


@pytest.mark.parametrize("speed", [2.0, 10.0, 60.0, 300.0])
def test_a_server_with_time_to_spare_keeps_the_speed(speed: float) -> None:
    slices, steps = settled(10, speed)
    assert steps == pytest.approx(speed, rel=0.05)
    assert slices >= min(speed, 10.0) * 0.95


def test_where_there_is_too_much_to_do_pictures_keep_coming_and_training_slows_down() -> None:
    # At full speed a round of 50 runs takes .155 s: it would be 6.5 pictures a second.
    slices, steps = settled(50, 60.0)
    assert slices >= 0.95 / STUTTER
    assert 60.0 * LEAST_SHARE < steps < 55.0


def test_training_is_given_up_to_a_fifth_and_no_further() -> None:
    slices, steps = settled(200, 60.0)
    assert slices < 0.5 / STUTTER
    # A slice counts at most two intervals, of .08 s where ten pictures a second are looked at.
    assert steps / slices == pytest.approx(LEAST_SHARE * 60.0 * 0.16, rel=0.05)


def test_as_fast_as_it_goes_makes_room_for_pictures_too() -> None:
    alone, crowd = settled(1, math.inf), settled(15, math.inf)
    assert alone[0] < 60.0 and alone[1] > 4000.0
    # In slices of full length a round would take .3 s.
    assert crowd[0] >= 0.9 / STUTTER and crowd[1] > 100.0


def test_full_speed_comes_back_with_the_time_to_spare() -> None:
    server = Server(50, 60.0)
    server.play(10.0)
    server.runs = server.runs[:5]
    server.play(5.0)
    assert server.play(10.0)[1] == pytest.approx(60.0, rel=0.05)


def test_a_moment_of_standing_still_gives_nothing_up() -> None:
    server = Server(5, 60.0)
    server.play(5.0)
    server.now += 600.0
    assert server.play(5.0)[1] == pytest.approx(60.0, rel=0.05)


def test_slow_motion_is_not_taken_for_a_busy_server() -> None:
    server = Server(5, 2.0)
    server.play(60.0)
    for pace, _ in server.runs:
        pace.speed = 60.0
    assert server.play(1.0)[1] >= 57.0


@pytest.mark.parametrize(("speed", "reached"), [(60.0, 60.0), (300.0, 125.0), (math.inf, 125.0)])
def test_what_is_heavy_gets_the_time_that_nobody_else_needs(speed: float, reached: float) -> None:
    # Three such steps take 23 ms: more than fits into the slices that a viewer sees.
    slices, steps = settled(1, speed, 0.007)
    assert steps == pytest.approx(reached, rel=0.07)
    assert slices >= 10.0


@pytest.mark.parametrize("speed", [300.0, math.inf])
def test_what_is_heavy_takes_no_time_that_others_need(speed: float) -> None:
    server = Server(15, 60.0)
    others = [pace for pace, _ in server.runs]
    server.join(1, speed, 0.007)
    server.play(10.0)
    slices, steps = server.play(10.0, others)
    assert steps == pytest.approx(60.0, rel=0.05) and slices >= 9.5


def test_a_slice_stays_short_whatever_a_step_costs() -> None:
    pace = Pace(math.inf, 0.0)
    for a_step in (0.0001, 0.01, 0.0004):
        for _ in range(100):
            steps = pace.steps(0.0, 512)
            pace.took(steps, BEFORE + steps * a_step)
        assert steps == 1 or 0.015 < BEFORE + pace.steps(0.0, 512) * a_step < 0.022
