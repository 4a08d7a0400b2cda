"""A classroom on one server: frames a second of each learner, what a frame, a run and a learner cost."""

import statistics
from collections.abc import Sequence
from typing import Any

from benchmarks.comparison import Benchmark, Row, rates, row
from benchmarks.learners import Lesson, Room, room, watch
from playground.config import Config
from playground.live.frame import encode
from playground.live.run_source import RunSource
from playground.training.run import Run

FRAMES_A_SECOND, SECONDS = 10, 8.0
DEFAULT: dict[str, Any] = {"estimators": ["pathwise", "score_function"]}
MIXTURE: list[dict[str, Any]] = [
    DEFAULT,
    {"family": "laplace", "estimators": ["pathwise", "score_function_loo"], "cost": "exponential"},
    {"family": "gamma", "estimators": ["pathwise", "measure_valued"]},
    {"family": "bernoulli", "estimators": ["score_function", "enumeration"]},
    {"family": "poisson", "estimators": ["score_function_mean_baseline"], "optimizer": "adam"},
]
"""Families a class might wander between; each learner has settings of its own."""

MEGABYTE = 1e6
FURTHER_RUNS = 50


def alike(count: int) -> list[dict[str, Any]]:
    """The default configuration, a seed for each."""
    return [{**DEFAULT, "seed": seed} for seed in range(count)]


def different(count: int) -> list[dict[str, Any]]:
    """No two with the same family, learning rate and seed."""
    return [{**MIXTURE[i % len(MIXTURE)], "seed": i, "learning_rate": 0.001 * (1 + i)} for i in range(count)]


def lesson(place: Room, configs: Sequence[dict[str, Any]], seconds: float = SECONDS) -> Lesson:
    """All learners at once, 60 steps/s each, for a while."""
    run_ids = place.create(configs)
    seen = watch(place, run_ids, FRAMES_A_SECOND, seconds)
    place.end(run_ids)
    return seen


def _learners(what: str, seen: Lesson, targets: tuple[str, str]) -> list[Row]:
    wanted = f"of {FRAMES_A_SECOND} asked for"
    mean, worst = statistics.mean(seen.rates), min(seen.rates)
    return [
        row(f"{what}: mean", mean, "frames/s", wanted, mean / FRAMES_A_SECOND, targets[0]),
        row(f"{what}: worst", worst, "frames/s", wanted, worst / FRAMES_A_SECOND, targets[1]),
        row(f"{what}: training", statistics.mean(seen.steps_a_second), "steps/s", "of 60 asked for"),
    ]


def _costs(seen: Lesson) -> list[Row]:
    per_frame = {name: 1e3 * seen.spent(name) / seen.frames for name in ("process", "event_loop", "trainers")}
    alone = _encoding()
    share = "the whole process"
    return [
        row("Server CPU a frame: connections", per_frame["event_loop"], "ms", share, _part(per_frame), "≤ 1"),
        row("Server CPU a frame: reading and packing alone", alone, "ms"),
        row("Server CPU a frame: training threads", per_frame["trainers"], "ms", "without TensorFlow's own threads"),
        row("Server CPU a frame: whole process, training included", per_frame["process"], "ms"),
    ]


def _part(per_frame: dict[str, float]) -> float:
    return per_frame["event_loop"] / per_frame["process"]


def _encoding() -> float:
    """Milliseconds to make one frame's bytes from a snapshot, in this process and with nothing beside it."""
    run = Run(Config.from_mapping(DEFAULT))
    run.serve()
    run.play()
    for _ in range(3):
        run.serve()
    source = RunSource(run, lambda: None)
    whole = source.frame(None)
    assert whole is not None
    earlier = whole.cursor._replace(sequence=-1, rows=max(whole.cursor.rows - 6, 0))

    def frame() -> int:
        news = source.frame(earlier)
        assert news is not None
        encode(news.header, news.arrays)
        return 1

    return 1e3 / rates({"frame": frame}, rounds=3, seconds=0.3)["frame"]


def _further_runs(place: Room) -> list[Row]:
    """What a run more costs, once the first ones have brought what all share."""
    run_ids = place.create(alike(2))
    watch(place, run_ids, FRAMES_A_SECOND, 1.0, settle=0.5)
    before = place.usage()
    more = place.create(alike(FURTHER_RUNS))
    seen = watch(place, more, FRAMES_A_SECOND, 2.0, settle=1.0)
    place.end(run_ids + more)
    grown = (seen.after["resident"] - before["resident"]) / FURTHER_RUNS / MEGABYTE
    return [row("Memory of a further run that is watched", grown, "MB", f"over {FURTHER_RUNS} runs", None, "≤ 2")]


def run() -> list[Row]:
    with room() as place:
        class_of_30 = lesson(place, alike(30))
        one = lesson(place, alike(1), 2.0)  # afterwards: asyncio's pool of threads fills once, and stays
        rows = _learners("30 learners", class_of_30, ("≥ 9.8", "≥ 9")) + _costs(class_of_30)
        threads = class_of_30.after["threads"], one.after["threads"]
        rows.append(row("Threads for 30 runs", threads[0], "", f"{threads[1]} for 1", threads[0] / threads[1], "1"))
        rows += _further_runs(place)
        rows += _learners("100 learners", lesson(place, alike(100)), ("≥ 8", "≥ 6"))
        mixed = "30 learners, each with settings of their own"
        return rows + _learners(mixed, lesson(place, different(30)), ("≥ 9.8", "≥ 9"))


BENCHMARK = Benchmark("classroom", "Classroom: 60 steps/s and 10 frames/s for each learner", run)
