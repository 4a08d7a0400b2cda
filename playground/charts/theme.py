"""What all figures have in common: small type, no frame, room for the numbers. Colours of text come from the page."""

import functools
import math
from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from playground.chart import TRUTH, Lane

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")

LONGEST_BESIDE = 9  # Characters of a title beside one of two small panels.

# A log axis of a small panel: few names, small enough to stand one above the other, and short ticks between them,
# as many as have room: one for each number from 1 to 9 makes a black bar over thirty decades.
SMALL_LOG = {
    "type": "log",
    "exponentformat": "power",
    "nticks": 3,
    "tickfont": {"size": 8},
    "minor": {"ticks": "inside", "ticklen": 3},
}


def empty(
    rows: int = 1, row_heights: tuple[float, ...] | None = None, secondary_y: bool = False, titles: tuple[str, ...] = ()
) -> go.Figure:
    """A figure of `rows` panels, one above the other, that share their x axis.

    Args:
      rows: How many panels.
      row_heights: Their shares of the height; all alike without it.
      secondary_y: Whether the first panel has an axis at the right, too.
      titles: Above each panel; none without them.
    """
    return go.Figure(_empty(rows, row_heights, secondary_y, titles))


def named(titles: Sequence[str]) -> go.Figure:
    """A figure of a panel for each title: beside its axis or, where one is too long for a small panel, above each."""
    return go.Figure(_named(tuple(titles)))


# Made once and copied: Plotly takes 15 times as long to make a figure as to copy it, and a learner's click waits for
# the figures of a whole board.
@functools.lru_cache(maxsize=64)
def _empty(rows: int, row_heights: tuple[float, ...] | None, secondary_y: bool, titles: tuple[str, ...]) -> go.Figure:
    figure = make_subplots(
        rows=rows,
        cols=1,
        shared_xaxes=True,
        row_heights=row_heights,
        vertical_spacing=0.18 if titles else 0.07,
        subplot_titles=titles or None,
        specs=[[{"secondary_y": secondary_y and row == 0}] for row in range(rows)],
    )
    figure.update_layout(
        template="none", margin={"l": 46, "r": 10, "t": 6, "b": 34}, showlegend=False, hovermode="closest"
    )
    figure.update_xaxes(zeroline=False, tickfont_size=10, title_standoff=4, title_font_size=11)
    figure.update_yaxes(zeroline=False, tickfont_size=10, title_standoff=4, title_font_size=11, nticks=5)
    return figure


@functools.lru_cache(maxsize=64)
def _named(titles: tuple[str, ...]) -> go.Figure:
    if len(titles) == 1 or max(map(len, titles)) <= LONGEST_BESIDE:
        figure = empty(len(titles))
        for row, title in enumerate(titles, start=1):
            figure.update_yaxes(title_text=title, row=row, col=1)
        return figure
    figure = empty(len(titles), titles=titles)
    figure.update_annotations(font_size=11, x=0.0, xanchor="left")
    return figure.update_layout(margin_t=20)


def second_axis(figure: go.Figure, title: str) -> None:
    """The axis at the right of the first panel, with round numbers, which the grid of the other axis is not at."""
    figure.update_yaxes(title_text=title, showgrid=False, tickmode="auto", row=1, col=1, secondary_y=True)


def curve(lane: Lane, name: str, **options: Any) -> go.Scatter:
    """A line over the steps in the lane's own colour and dash."""
    line = {"color": lane.color, "dash": lane.dash, "width": 1.8} | options.pop("line", {})
    return go.Scatter(**{"x": [], "y": [], "mode": "lines", "name": name, "legendgroup": lane.key} | options, line=line)


def plain(name: str, group: str, line: dict[str, Any]) -> go.Scatter:
    """A line over the steps that is no lane's."""
    return go.Scatter(x=[], y=[], mode="lines", name=name, legendgroup=group, line=line)


def truth(name: str, **options: Any) -> go.Scatter:
    """A line in the neutral grey of all that is exact."""
    line = {"color": TRUTH, "width": 1.6, "dash": "dot"} | options.pop("line", {})
    return go.Scatter(x=[], y=[], mode="lines", name=name, line=line, **({"legendgroup": "exact"} | options))


def faded(color: str, opacity: float) -> str:
    """A colour "#rrggbb" that lets through what is behind it."""
    red, green, blue = bytes.fromhex(color[1:])
    return f"rgba({red}, {green}, {blue}, {opacity})"


def number(value: float, digits: int = 3) -> str:
    """A number for a sentence: three significant digits, unless more are asked for; 1.2·10⁻⁷ where it is long."""
    if math.isnan(value):
        return "not known"
    figures, _, power = f"{value:.{digits}g}".partition("e")
    if power:
        figures = f"{figures}·10{str(int(power)).translate(_RAISED)}".removeprefix("1·")
    return figures.replace("-", "−")
