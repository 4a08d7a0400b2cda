"""A run of the engine as the live board sees it: charts as figures, snapshots as frames."""

import functools
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Literal, NamedTuple

from playground.chart import Chart, Feed
from playground.errors import InvalidInput
from playground.experiment import experiment_of
from playground.live.source import Binding, ChartSpec, Download, Frame
from playground.training.run import Run
from playground.training.training import Moment

SPEEDS = (2.0, 10.0, 60.0, 300.0, float("inf"))
CAPTION_FRAMES = 8


class Cursor(NamedTuple):
    """How far a viewer has read: the snapshot, its generation, and the rows of the history it holds."""

    sequence: int
    generation: int
    version: int
    rows: int


class _Drawn(NamedTuple):
    scene: Any
    specs: list[ChartSpec]
    feeds: list[Feed]


@dataclass(frozen=True)
class _Stage:
    """All that figures depend on: runs of a class that differ in their seeds share them."""

    config: Any
    snapshot: Moment = field(compare=False)


class RunSource:
    """Adapts one run. Figures are drawn once a generation, whoever asks first.

    Args:
      run: The run.
      renew: Renews its lease.
    """

    def __init__(self, run: Run, renew: Callable[[], Any]) -> None:
        self._run = run
        self._renew = renew
        self._drawn: tuple[int, _Drawn] | None = None

    @property
    def generation(self) -> int:
        return self._run.snapshot.generation if self._run.snapshot is not None else 0

    @property
    def exports(self) -> dict[str, str]:
        return {kind: file.label for kind, file in experiment_of(self._run.config).exports.items()}

    def figures(self) -> list[ChartSpec]:
        snapshot = self._run.snapshot
        return [] if snapshot is None else self._draw(snapshot).specs

    def frame(self, cursor: Cursor | None) -> Frame | None:
        snapshot = self._run.look()
        if snapshot is None or (cursor is not None and cursor.sequence == snapshot.sequence):
            return None
        drawn, history = self._draw(snapshot), snapshot.history
        fresh = cursor is None or (cursor.generation, cursor.version) != (snapshot.generation, history.version)
        start = 0 if fresh or cursor is None or cursor.rows > len(history.step) else cursor.rows
        arrays = [feed.read(snapshot)[start:] if feed.append else feed.read(snapshot) for feed in drawn.feeds]
        header = {
            "seq": snapshot.sequence,
            "generation": snapshot.generation,
            "step": snapshot.step,
            "total": snapshot.total,
            "status": snapshot.status,
            "cold": snapshot.cold,
            "cause": snapshot.cause,
            "append_from": start,
            "speed": "max" if snapshot.speed == float("inf") else snapshot.speed,
            "seed": snapshot.config.seed,
            "config": digest(snapshot.config),
        }
        if fresh or snapshot.sequence % CAPTION_FRAMES == 0 or snapshot.status != "running":
            charts = experiment_of(snapshot.config).charts
            header["captions"] = {
                key: chart.caption(drawn.scene, snapshot) for key, chart in charts.items() if chart.applies(drawn.scene)
            }
        seen = Cursor(snapshot.sequence, snapshot.generation, history.version, len(history.step))
        return Frame(header, arrays, seen)

    def command(self, name: str, value: Any = None) -> None:
        run = self._run
        actions: dict[str, Callable[[], None]] = {
            "play": run.play,
            "pause": run.pause,
            "toggle": lambda: run.pause() if run.playing else run.play(),
            "step": run.step,
            "reset": run.reset,
            "back": run.back,
            "speed": lambda: run.set_speed(parse_speed(value)),
        }
        if name not in actions:
            raise InvalidInput(f"Unknown command {name!r}: expected one of {', '.join(actions)}.")
        actions[name]()

    def touch(self) -> None:
        self._renew()

    def export(self, kind: str) -> Download:
        snapshot = self._run.snapshot
        exports = experiment_of(self._run.config).exports
        if snapshot is None or kind not in exports:
            raise InvalidInput(f"Unknown export {kind!r}: expected one of {', '.join(exports)}.")
        file = exports[kind]
        name = experiment_of(snapshot.config).file_name(snapshot)
        content = file.write(snapshot)
        return Download(f"{name}.{kind}", file.media_type, content.encode() if isinstance(content, str) else content)

    def _draw(self, snapshot: Moment) -> _Drawn:
        if self._drawn is None or self._drawn[0] != snapshot.generation:
            specs, feeds = _draw_all(_Stage(replace(snapshot.config, seed=0), snapshot))
            self._drawn = (snapshot.generation, _Drawn(experiment_of(snapshot.config).scene(snapshot), specs, feeds))
        return self._drawn[1]


@functools.lru_cache(maxsize=32)  # a set of figures takes hundredths of a second: too long for each of a hundred
def _draw_all(stage: _Stage) -> tuple[list[ChartSpec], list[Feed]]:
    experiment = experiment_of(stage.config)
    scene = experiment.scene(stage.snapshot)
    specs: list[ChartSpec] = []
    feeds: list[Feed] = []
    for chart in filter(lambda chart: chart.applies(scene), experiment.charts.values()):
        spec, chart_feeds = _draw_one(chart, scene)
        specs.append(spec)
        feeds += chart_feeds
    return specs, feeds


def _draw_one(chart: Chart, scene: Any) -> tuple[ChartSpec, list[Feed]]:
    drawing = chart.draw(scene)
    drawing.figure.update_layout(meta={"expand": drawing.expand, "follow": drawing.follow})
    # What is read alike is sent once: a grid, or the steps, is the x of many traces.
    first: dict[Any, int] = {}
    bindings: list[Binding] = []
    feeds: list[Feed] = []
    for index, feed in enumerate(drawing.feeds):
        like = first.setdefault((feed.read, feed.append), index)
        mode: Literal["append", "replace"] = "append" if feed.append else "replace"
        bindings.append(Binding(feed.trace, feed.attribute, mode, None if like == index else like))
        if like == index:
            feeds.append(feed)
    figure, alt = drawing.figure.to_plotly_json(), chart.alt(scene)
    spec = ChartSpec(chart.key, chart.title, alt, figure, tuple(bindings), chart.every_frame, chart.dominant)
    return spec, feeds


def parse_speed(value: Any) -> float:
    """Steps a second: a number of `SPEEDS`, or "max"."""
    speed = float("inf") if value == "max" else value
    if isinstance(speed, bool) or speed not in SPEEDS:
        choices = ", ".join(f"{choice:g}" for choice in SPEEDS[:-1])
        raise InvalidInput(f"Speed: got {value!r}, expected one of {choices} steps a second, or max.")
    return float(speed)


@functools.lru_cache(maxsize=512)
def digest(config: Any) -> str:
    """A short name for a configuration: equal exactly when the configurations are (but for what charts look at)."""
    text = json.dumps(config.to_mapping() | {"show": []}, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]
