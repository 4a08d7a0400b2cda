"""What a chart is: a Plotly figure, and which number of a snapshot feeds which attribute of which trace.

The same chart serves the live board, a paused page, an export and a test. It sees estimators only as lanes: a name, a
colour, a dash and an index into the snapshot's arrays.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import plotly.graph_objects as go

from playground.config import Config
from playground.estimators import ESTIMATORS
from playground.problem import Problem
from playground.training.snapshot import Snapshot

# Okabe & Ito's colours, which colour-blind people tell apart, without black and yellow: one of the two vanishes in each
# theme. Beyond seven estimators the dash changes as well.
COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#8B6FC0")
DASHES = ("solid", "dash", "dashdot", "dot")
TRUTH = "#8a8f98"
COST = "#b08900"


@dataclass(frozen=True)
class Lane:
    """One estimator as charts see it. Its colour and dash are the same in every chart.

    Attributes:
      index: Its place in the snapshot's arrays.
      key, label: Of the estimator.
      color, dash: Its own.
    """

    index: int
    key: str
    label: str
    color: str
    dash: str


@dataclass(frozen=True)
class Scene:
    """What stays the same while a generation of a run is drawn.

    Attributes:
      snapshot: The one the scene was set by: configuration, landscape, first arrays.
      lanes: Its estimators.
      focus: Indices of the one or two elements of θ in view.
      names: Their names.
    """

    snapshot: Snapshot
    lanes: tuple[Lane, ...]
    focus: tuple[int, ...]
    names: tuple[str, ...]

    @classmethod
    def of(cls, snapshot: Snapshot) -> "Scene":
        lanes = lanes_of(snapshot.config.estimators)
        focus = snapshot.landscape.focus
        return cls(snapshot, lanes, focus, tuple(snapshot.config.problem.names[index] for index in focus))

    @property
    def config(self) -> Config:
        return self.snapshot.config

    @property
    def problem(self) -> Problem:
        return self.config.problem


def lane_of(index: int, key: str, plugins: Mapping[str, Any] = ESTIMATORS) -> Lane:
    """The lane of an estimator (or an objective) by itself: colour and dash follow from its place in the registry."""
    return Lane(index, key, plugins[key].label, *_look(list(plugins).index(key)))


def lanes_of(keys: Sequence[str], plugins: Mapping[str, Any] = ESTIMATORS) -> tuple[Lane, ...]:
    """The lanes of one run. Each has its own look unless the colour is another's already: then it takes a free one."""
    lanes: list[Lane] = []
    for index, key in enumerate(keys):
        home = list(plugins).index(key)
        looks = [_look(home + step) for step in range(len(COLORS) * len(DASHES))]
        free = [look for look in looks if look not in {(lane.color, lane.dash) for lane in lanes}]
        other = [look for look in free if look[0] not in {lane.color for lane in lanes}]
        lanes.append(Lane(index, key, plugins[key].label, *(other or free)[0]))
    return tuple(lanes)


def _look(place: int) -> tuple[str, str]:
    """A colour and a dash."""
    return COLORS[place % len(COLORS)], DASHES[(place // len(COLORS)) % len(DASHES)]


@dataclass(frozen=True)
class Feed:
    """One binding of a chart.

    Attributes:
      trace: The index of the trace.
      attribute: Plotly's name of the attribute.
      read: Takes the array out of a snapshot. What several feeds of a chart read by the same function is sent once.
      append: Whether the array is a column of the history, of which frames carry only what is new.
    """

    trace: int
    attribute: str
    read: Callable[[Any], np.ndarray]
    append: bool = False


@dataclass
class Drawing:
    """A figure in the making, with its feeds.

    Attributes:
      figure: Plotly's.
      feeds: What each frame brings.
      expand: Axes, by their names in the layout, that only ever widen.
      follow: Axes that widen at once and narrow now and then: for what may be wild once and tame ever after.
    """

    figure: go.Figure
    feeds: list[Feed] = field(default_factory=list)
    expand: list[str] = field(default_factory=list)
    follow: list[str] = field(default_factory=list)

    def add(
        self,
        trace: Any,
        row: int | None = None,
        secondary_y: bool | None = None,
        col: int = 1,
        append: bool = False,
        **reads: Any,
    ) -> None:
        """Adds a trace whose attributes (x, y, z, marker.color) are fed by functions of a snapshot; see `Feed`."""
        place = {} if row is None else {"row": row, "col": col}
        if secondary_y is not None:
            place["secondary_y"] = secondary_y
        self.figure.add_trace(trace, **place)
        index = len(self.figure.data) - 1
        self.feeds += [Feed(index, attribute, read, append) for attribute, read in reads.items()]

    def add_curve(self, trace: Any, row: int | None, y: Callable[[Any], np.ndarray]) -> None:
        """Adds a trace over the steps that grows with the history."""
        self.add(trace, row, append=True, x=_steps, y=y)


@dataclass(frozen=True)
class Chart:
    """A chart plug-in.

    Attributes:
      key, title: Its stable name, and its heading.
      alt: What it shows, in words, for those who cannot see it.
      draw: The figure of a scene, with its feeds; the arrays come later.
      caption: What is to be seen now, in words made from the snapshot.
      every_frame: Whether it is drawn on each frame, or in turn with the others.
      dominant: Whether it is the large one.
      applies: Whether a scene has what it shows; where it has not, the board leaves the chart out.
    """

    key: str
    title: str
    alt: Callable[[Any], str]
    draw: Callable[[Any], Drawing]
    caption: Callable[[Any, Any], str]
    every_frame: bool = False
    dominant: bool = False
    applies: Callable[[Any], bool] = lambda scene: True
    order: int = 0


def _steps(snapshot: Any) -> np.ndarray:
    return snapshot.history.step


def column(name: str, *index: int) -> Callable[[Any], np.ndarray]:
    """Reads a column of the history, [n]: `column("variance", lane, parameter)`. Empty before the first row."""

    def read(snapshot: Any) -> np.ndarray:
        values = snapshot.history.columns.get(name)
        for place in index:
            values = None if values is None else values[:, place]
        return np.zeros(0) if values is None else values

    return read


def last(snapshot: Any, name: str, *index: int) -> float:
    """The newest value of a column of the history, NaN before the first row."""
    values = column(name, *index)(snapshot)
    return float(values[-1]) if len(values) else float("nan")


def to_begin(moment: Any) -> str:
    """What a caption says of numbers that are not there yet: what to press, or that they come by themselves."""
    if moment.status == "running":
        return "It moves in a moment."
    return "Press play or step." if moment.status == "paused" else "There is nothing to show."
