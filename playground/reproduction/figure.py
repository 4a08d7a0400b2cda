"""A reproduction's panels as a Plotly figure and as rows."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from playground.chart import COLORS, TRUTH
from playground.reproduction.reproduction import Panel

COLUMNS = 2
PANEL_HEIGHT = 340
CSV_COLUMNS = ("panel", "series", "x", "y")


def colours(panels: Sequence[Panel]) -> dict[str, str]:
    """A colour for each name; grey for what is exact."""
    names = dict.fromkeys(line.name for panel in panels for line in panel.lines if not line.exact)
    grey = dict.fromkeys(line.name for panel in panels for line in panel.lines if line.exact)
    return dict.fromkeys(grey, TRUTH) | {name: COLORS[place % len(COLORS)] for place, name in enumerate(names)}


def traces(panel: Panel, color: Mapping[str, str], shown: set[str]) -> Iterator[go.Scatter]:
    """A panel's curves; a name that is not yet in `shown` gets its place in the legend, and is added there."""
    for line in panel.lines:
        yield go.Scatter(
            x=list(line.x),
            y=list(line.y),
            name=line.name,
            legendgroup=line.name,
            showlegend=line.name not in shown,
            mode="markers" if line.points else "lines",
            line={"color": color[line.name], "width": 1.5, "dash": "dot" if line.exact else "solid"},
            marker={"color": color[line.name], "size": 7},
        )
        shown.add(line.name)


def figure_of(title: str, panels: Sequence[Panel]) -> go.Figure:
    """All panels, two side by side; a name is in the legend once."""
    rows = -(-len(panels) // COLUMNS)
    columns = min(COLUMNS, len(panels))
    figure = make_subplots(
        rows=rows, cols=columns, subplot_titles=[panel.title for panel in panels], vertical_spacing=0.32 / rows
    )
    color, shown = colours(panels), set[str]()
    for place, panel in enumerate(panels):
        row, column = place // columns + 1, place % columns + 1
        for trace in traces(panel, color, shown):
            figure.add_trace(trace, row=row, col=column)
        x_type, y_type = ("log" if log else "linear" for log in (panel.log_x, panel.log_y))
        figure.update_xaxes(title_text=panel.x_title, type=x_type, row=row, col=column)
        figure.update_yaxes(
            title_text=panel.y_title, type=y_type, exponentformat="power", row=row, col=column, zeroline=False
        )
    figure.update_layout(
        title=title, template="plotly_white", height=PANEL_HEIGHT * rows + 120, legend={"orientation": "h", "y": -0.12}
    )
    return figure


def rows_of(panels: Sequence[Panel]) -> list[dict[str, Any]]:
    """Each point of each curve: what the CSV holds."""
    return [
        dict(zip(CSV_COLUMNS, (panel.title, line.name, x, y), strict=True))
        for panel in panels
        for line in panel.lines
        for x, y in zip(line.x, line.y, strict=True)
    ]
