"""All pairs of columns beyond two: data as dots, components as ellipses, seen from every side."""

import itertools

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from playground.chart import TRUTH, Chart, Drawing
from playground.fitting.moment import FitMoment
from playground.fitting.scene import FitScene, color_of, ellipse

MOST_DOTS = 150
MOST_DRAWS = 100


def _draw(scene: FitScene) -> Drawing:
    size = scene.moment.sizes.event_size
    figure = make_subplots(rows=size - 1, cols=size - 1, shared_xaxes=True, shared_yaxes=True,
                           horizontal_spacing=0.02, vertical_spacing=0.02)  # fmt: skip
    figure.update_layout(template="none", margin={"l": 46, "r": 10, "t": 6, "b": 34}, showlegend=False)
    figure.update_xaxes(zeroline=False, tickfont_size=9, nticks=3, title_font_size=10, title_standoff=2)
    figure.update_yaxes(zeroline=False, tickfont_size=9, nticks=3, title_font_size=10, title_standoff=2)
    drawing = Drawing(figure)
    for first, second in itertools.combinations(range(size), 2):
        _add_panel(drawing, scene, first, second)
    for index in range(size - 1):
        figure.update_xaxes(title_text=scene.names[index], row=size - 1, col=index + 1)
        figure.update_yaxes(title_text=scene.names[index + 1], row=index + 1, col=1)
    return drawing


def _add_panel(drawing: Drawing, scene: FitScene, first: int, second: int) -> None:
    """The panel in the row of `second` and the column of `first`."""
    row, col = second, first + 1
    rows = scene.moment.rows[:MOST_DOTS]
    drawing.figure.add_trace(
        go.Scatter(x=rows[:, first], y=rows[:, second], mode="markers", name="data", legendgroup="data",
                   showlegend=False, marker={"color": TRUTH, "size": 3, "opacity": 0.6}, hoverinfo="skip"),
        row=row, col=col,
    )  # fmt: skip
    if scene.moment.components is None:
        _add(drawing, row, col, go.Scatter(
            x=[], y=[], mode="markers", name="draws from the model", legendgroup="draws", showlegend=False,
            marker={"color": color_of(0), "size": 3, "symbol": "x-thin-open", "line": {"width": 1}}, hoverinfo="skip",
        ), lambda moment: moment.samples[:MOST_DRAWS, [first, second]].T)  # fmt: skip
        return
    for index in range(len(scene.moment.components.weights)):

        def curve(moment: FitMoment, index: int = index) -> np.ndarray:
            assert moment.components is not None
            pair = [first, second]
            return ellipse(moment.components.loc[index, pair], moment.components.covariance[index][np.ix_(pair, pair)])

        name = f"component {index + 1}"
        line = {"color": color_of(index), "width": 1.6}
        _add(drawing, row, col, go.Scatter(
            x=[], y=[], mode="lines", name=name, legendgroup=name, showlegend=False, line=line, hoverinfo="skip",
        ), curve)  # fmt: skip


def _add(drawing: Drawing, row: int, col: int, trace: go.Scatter, curve) -> None:  # type: ignore[no-untyped-def]
    drawing.add(trace, row, col=col, x=lambda moment: curve(moment)[0], y=lambda moment: curve(moment)[1])


def _caption(scene: FitScene, moment: FitMoment) -> str:
    del moment
    what = "ellipses: two standard deviations of each component" if scene.moment.components else "crosses: draws"
    return f"Each pair of columns. Dots: data; {what}."


CHART = Chart(
    key="pairs",
    title="All pairs of columns",
    alt=lambda scene: "A scatter chart for each pair of columns, with the components as ellipses.",
    draw=_draw,
    caption=_caption,
    applies=lambda scene: scene.moment.sizes.event_size > 2 and len(scene.moment.rows) > 0,
    order=4,
)
