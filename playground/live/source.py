"""What the live board shows: figures once, then frames of numbers for them. No engine and no screen in here.

A `Source` is what a run looks like from a viewer's side. It is read from the event loop and from script threads, so
its methods must be thread-safe and, `figures` and `export` apart, cheap: they are called 20 times a second a viewer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, Protocol

import numpy as np

Cursor = Any
"""How far a viewer has read. Only the source that made it looks inside; None reads from the start."""


@dataclass(frozen=True)
class Binding:
    """What feeds an attribute of a trace.

    Attributes:
      trace: The index of the trace in the figure's `data`.
      attribute: `"x"`, `"y"`, `"z"` (row-major, a row as long as the trace's `x`), `"marker.color"`, `"marker.size"`,
        `"text"`, …
      mode: Whether a frame carries the whole array, or only what is new since the last one.
      like: Which of the chart's earlier bindings it shares the array of, and the mode; None for an array of its own.
    """

    trace: int
    attribute: str
    mode: Literal["replace", "append"] = "replace"
    like: int | None = None


@dataclass(frozen=True)
class ChartSpec:
    """One chart of the board.

    Attributes:
      key: Stable over generations: zoom and captions are kept by it.
      title: The card's heading.
      alt: What the chart shows, for those who cannot see it.
      figure: Plotly's `data` and `layout`, as plain JSON or with NumPy arrays. `layout.meta = {"expand": ["yaxis", …]}`
        names the axes whose range the board sets itself, and only ever widens; `"follow"` likewise those that it also
        narrows, when their data have long filled only a small part of them. A trace's `legendgroup` makes a chip of
        the shared legend, called by its `legendgrouptitle.text` or its `name`; `showlegend: false` makes none.
      bindings: Those with an array of their own are in the order of the frame's arrays.
      every_frame: Whether it is drawn on each frame, or in turn with the others.
      dominant: Whether it is the large one on the left.
    """

    key: str
    title: str
    alt: str
    figure: Mapping[str, Any]
    bindings: tuple[Binding, ...]
    every_frame: bool = False
    dominant: bool = False


class Frame(NamedTuple):
    """What is new for one viewer.

    Attributes:
      header: JSON-able: `seq`, `generation`, `step`, `total` (how many steps there are, or None where there is no last
        one), `status` ("running", "paused", "diverged", "finished" or "ended"), `cause` (words or None), `cold`
        (whether a running one must be compiled before it moves, which takes seconds), `append_from` (the index at
        which appended points go; 0 replaces them all), `speed` (steps a second or "max"), `seed`, `config` (a digest);
        where they changed `captions` (text by chart key) and `note`.
      arrays: One for each binding of all charts that has its own; they are flattened on the way. NaN is a gap.
      cursor: To be given back for the next frame.
    """

    header: dict[str, Any]
    arrays: list[np.ndarray]
    cursor: Cursor


class Download(NamedTuple):
    """A file for the learner: its name, its media type, its content."""

    filename: str
    media_type: str
    content: bytes


class Source(Protocol):
    """A run as its viewers see it."""

    @property
    def generation(self) -> int:
        """Changes when the figures must be sent anew."""

    @property
    def exports(self) -> Mapping[str, str]:
        """The kinds of file that `export` makes, each with its entry in the menu."""

    def figures(self) -> list[ChartSpec]:
        """The charts of the present generation."""

    def frame(self, cursor: Cursor | None) -> tuple[dict[str, Any], list[np.ndarray], Cursor] | None:
        """What is new since `cursor` (a `Frame`, or a tuple like it), or None where nothing is."""

    def command(self, name: str, value: Any) -> None:
        """Does what a viewer asks: play, pause, toggle, step, reset, speed or back.

        Raises:
          InvalidInput: If there is no such command, or its value is of no use. The viewer is shown the sentence.
        """

    def touch(self) -> None:
        """Renews the lease: somebody is looking."""

    def export(self, kind: str) -> Download | tuple[str, str, bytes]:
        """The file of one of the kinds of `exports`.

        Raises:
          InvalidInput: If there is no such kind.
        """
