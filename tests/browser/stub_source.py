"""A run that is arithmetic only: a density that wanders with its samples, and curves that grow. Starts at once."""

import itertools
import os
import threading
import time
from typing import Any

import numpy as np

from playground.errors import InvalidInput
from playground.live.source import Binding, ChartSpec

CURVES = int(os.environ.get("STUB_CURVES", "4"))
POINTS = 500
GRID = np.linspace(-6.0, 6.0, 200)
SAMPLES = 64
CAUSE = "The gradient of `scale` became infinite at step 200."
NAMES = ("pathwise", "score function", "measure-valued", "Gumbel-softmax")
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7")
DASHES = ("solid", "dash", "dot", "dashdot")
CHARTS = {
    "variance": ("Gradient variance", "step", "variance", "log"),
    "mean": ("Gradient mean", "step", "mean gradient", "linear"),
    "objective": ("Expected cost", "step", "E f(x)", "linear"),
    "path": ("Parameters", "step", "value", "linear"),
}


def optimum(generation: int) -> float:
    """Where a line of the expected cost lies that comes with the figure and that no frame feeds."""
    return -3.0 if generation % 2 else -30.0


class StubSource:
    """Implements `playground.live.source.Source`. Time is real; everything else follows from the step."""

    def __init__(self, diverges: bool = False) -> None:
        self.seed = 7
        self._diverges = diverges
        self.generation = 1
        self.commands: list[tuple[str, Any]] = []
        self.frames_made = 0
        self._lock = threading.Lock()
        self._sequence = itertools.count(1)
        self._changes = 0
        self._status, self._speed = "running", 60.0
        self._cause: str | None = None
        self._origin, self._since = 200.0, time.monotonic()

    def _step(self) -> int:
        running = (time.monotonic() - self._since) * self._speed if self._status == "running" else 0.0
        return int(self._origin + running)

    def command(self, name: str, value: Any) -> None:
        with self._lock:
            self.commands.append((name, value))
            self._origin, self._since = float(self._step()), time.monotonic()
            self._changes += 1
            if name in ("play", "pause", "toggle"):
                wanted = {"play": "running", "pause": "paused"}.get(name)
                self._status = wanted or ("paused" if self._status == "running" else "running")
            elif name == "step":
                self._status, self._origin = "paused", self._origin + 1
            elif name == "reset":
                self._origin = 0.0
            elif name == "speed":
                self._speed = 1000.0 if value == "max" else float(value)
            elif name == "back":
                self._status, self._cause, self._diverges = "paused", None, False
            else:
                raise InvalidInput(
                    f"Unknown command '{name}': expected play, pause, toggle, step, reset, speed or back."
                )

    def touch(self) -> None:
        return

    exports = {"csv": "History as CSV", "json": "Run as JSON"}

    def figures(self) -> list[ChartSpec]:
        return [_density(), *(_curves(key, optimum(self.generation)) for key in CHARTS)]

    def frame(self, cursor: Any) -> tuple[dict[str, Any], list[np.ndarray], Any] | None:
        with self._lock:
            if self._diverges:
                self._status, self._cause = "diverged", CAUSE
            step, now = self._step(), (self._step(), self._changes)
            if cursor is not None and cursor == now:
                return None
            self.frames_made += 1
            # Up to POINTS a point a step; then the same number over all steps, as a bounded history has them.
            fresh = cursor is None or step < cursor[0] or step > POINTS
            start = 0 if fresh else cursor[0]
            header = {
                "seq": next(self._sequence),
                "generation": self.generation,
                "step": step,
                "status": self._status,
                "cause": self._cause,
                "append_from": start,
                "speed": "max" if self._speed == 1000.0 else self._speed,
                "seed": self.seed,
                "config": "stub",
                "captions": {key: f"{title}: a line an estimator." for key, (title, *_) in CHARTS.items()}
                | {"density": f"The density at step {step}, and {SAMPLES} samples drawn from it."},
            }
        return header, [*_density_arrays(step), *_curve_arrays(start, step)], now

    def export(self, kind: str) -> tuple[str, str, bytes]:
        if kind == "csv":
            return "history.csv", "text/csv", b"step,variance\n0,1.0\n"
        return "run.json", "application/json", b'{"seed": 7}'


def _density() -> ChartSpec:
    line = {"type": "scatter", "mode": "lines"}
    density = {"legendgroup": "density", "name": "density p(x; θ)", "line": {"color": "#56b4e9", "width": 2.5}}
    cost = {"legendgroup": "cost", "name": "cost f(x)", "line": {"color": "#8a8f98", "dash": "dot"}, "yaxis": "y2"}
    samples = {"legendgroup": "samples", "name": "samples", "mode": "markers", "type": "scatter"}
    marker = {"size": 8, "color": "#e69f00", "opacity": 0.8}
    figure = {
        "data": [
            {**line, **density, "fill": "tozeroy", "fillcolor": "rgba(86,180,233,0.18)", "x": GRID, "y": 0 * GRID},
            {**line, **cost, "x": GRID, "y": GRID**2},
            {**samples, "marker": marker, "x": [], "y": [], "cliponaxis": False},
        ],
        "layout": {
            "xaxis": {"title": "x", "range": [-6, 6]},
            "yaxis": {"title": "density", "range": [0, 0.1]},
            "yaxis2": {
                "title": "cost f(x)",
                "overlaying": "y",
                "side": "right",
                "showgrid": False,
                "tickmode": "auto",
                "range": [0, 36],
            },
            "meta": {"expand": ["yaxis"]},
        },
    }
    bindings = (Binding(0, "y"), Binding(2, "x"), Binding(2, "y"))
    alt = "The density with its samples below."
    return ChartSpec("density", "Density and samples", alt, figure, bindings, every_frame=True, dominant=True)


def _curves(key: str, level: float) -> ChartSpec:
    title, x, y, kind = CHARTS[key]
    traces = [
        {
            "type": "scatter",
            "mode": "lines",
            "name": NAMES[i % 4],
            "legendgroup": NAMES[i % 4],
            "line": {"color": COLOURS[i % 4], "dash": DASHES[i % 4], "width": 2},
            "x": [],
            "y": [],
        }
        for i in range(CURVES)
    ]
    if key == "objective":
        traces.append({"type": "scatter", "mode": "lines", "name": "optimum", "x": [0.0, 100.0], "y": [level, level]})
    axes = {"xaxis": {"title": x}, "yaxis": {"title": y, "type": kind}}
    figure = {"data": traces, "layout": {**axes, "meta": {"expand": ["xaxis", "yaxis"]}}}
    steps = (Binding(i, "x", "append", None if i == 0 else 0) for i in range(CURVES))
    values = (Binding(i, "y", "append") for i in range(CURVES))
    bindings = tuple(binding for pair in zip(steps, values, strict=True) for binding in pair)
    return ChartSpec(key, title, f"{title} against {x}, a line an estimator.", figure, bindings)


def _density_arrays(step: int) -> list[np.ndarray]:
    loc, scale = 2.0 * np.sin(step / 150.0), 1.0 + 0.3 * np.cos(step / 90.0)
    draws = loc + scale * np.random.default_rng(step).standard_normal(SAMPLES)
    density = np.exp(-0.5 * ((GRID - loc) / scale) ** 2) / (scale * np.sqrt(2 * np.pi))
    return [density, draws, np.full(SAMPLES, 0.012)]


def _curve_arrays(start: int, end: int) -> list[np.ndarray]:
    steps = np.arange(start, end, dtype=float) if end <= POINTS else np.linspace(0.0, end, POINTS)
    arrays: list[np.ndarray] = []
    for number, key in enumerate(CHARTS):
        arrays.append(steps)
        for i in range(CURVES):
            wave = np.exp(-steps / (60.0 + 40 * i)) + 0.06 * np.sin(steps / (5.0 + i) + number)
            value = 10.0 ** (2 * wave + i - 2) if CHARTS[key][3] == "log" else wave * (1 + i)
            arrays.append(value)
    return arrays


_sources: dict[str, StubSource] = {}


def find(run_id: str) -> StubSource | None:
    """Every id but "nobody" is a run of its own, made when it is first asked for; "diverging" has diverged."""
    return None if run_id == "nobody" else _sources.setdefault(run_id, StubSource(diverges=run_id == "diverging"))
