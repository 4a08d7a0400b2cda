"""The dominant panel of a regression: what q says of every place, how sure it is, and the points that it has seen."""

from collections.abc import Callable

import numpy as np
import plotly.graph_objects as go

from playground.chart import COLORS, Chart, Drawing
from playground.charts import theme
from playground.inference.predictive import AXIS, DRAWS, LINES, Predictive
from playground.inference.scene import InferenceScene
from playground.inference.training import InferenceMoment
from playground.points import REACH

ZERO, ONE = COLORS[0], COLORS[1]
# Lighter than the points of either class, so that these stand out, and opaque: alike on a light and a dark page.
SCALE = [[0.0, "#4795c5"], [0.25, "#8cb3c9"], [0.5, "#c2c2c2"], [0.75, "#d9a480"], [1.0, "#dd8244"]]
SPREADS = {"start": 0.1, "end": 0.4, "size": 0.1}
GREY = "#3c3c3c"


def _draw(scene: InferenceScene) -> Drawing:
    drawing = Drawing(theme.empty())
    square = {"x": AXIS, "y": AXIS, "hoverinfo": "skip", "legendgroup": "predictive"}
    drawing.add(
        go.Heatmap(
            **square, z=[], zmin=0.0, zmax=1.0, colorscale=SCALE, zsmooth="best", name="P(class 1)",
            showlegend=False,
            colorbar={"orientation": "h", "thickness": 9, "len": 0.9, "y": 1.0, "yanchor": "bottom", "outlinewidth": 0,
                      "tickvals": [0, 0.5, 1], "ticktext": ["0", "P(class 1) = 0.5", "1"], "tickfont": {"size": 10}},
        ),
        z=lambda moment: _of(moment).mean.ravel(),
    )  # fmt: skip
    drawing.add(
        go.Contour(
            x=AXIS, y=AXIS, z=[], hoverinfo="skip", showscale=False, autocontour=False, name="its standard deviation",
            colorscale=[[0, GREY], [1, GREY]], line={"width": 1.4, "color": GREY, "dash": "dot"}, legendgroup="spread",
            showlegend=True, contours={"coloring": "none", "showlabels": True, "labelfont": {"size": 10, "color": GREY},
                                       **SPREADS},
        ),
        z=lambda moment: _of(moment).spread.ravel(),
    )  # fmt: skip
    drawing.add(
        go.Scatter(
            x=[], y=[], mode="lines", hoverinfo="skip", name="lines drawn from q", showlegend=False,
            line={"color": "white", "width": 1.3}, opacity=0.8,
        ),
        x=lambda moment: _lines(_of(moment).weights)[0],
        y=lambda moment: _lines(_of(moment).weights)[1],
    )  # fmt: skip
    for label, color, symbol in ((0, ZERO, "circle"), (1, ONE, "square")):
        marker = {"color": color, "size": 9, "symbol": symbol, "line": {"color": "white", "width": 1.5}}
        drawing.add(
            go.Scatter(
                x=[], y=[], mode="markers", name=f"class {label}", legendgroup=f"class {label}", marker=marker,
                hovertemplate="%{x:.2f}, %{y:.2f}",
            ),
            x=_coordinate(label, 0), y=_coordinate(label, 1),
        )  # fmt: skip
    drawing.figure.update_xaxes(range=[-REACH, REACH])
    drawing.figure.update_yaxes(range=[-REACH, REACH])
    return drawing


def _of(moment: InferenceMoment) -> Predictive:
    assert moment.predictive is not None
    return moment.predictive


def _coordinate(label: int, axis: int) -> Callable[[InferenceMoment], np.ndarray]:
    """x or y of a class's points: they may be moved while the figure stays."""
    return lambda moment: np.array([point[axis] for point in moment.config.points if point[2] == label])


def _lines(weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where bias + w·x = 0 crosses the square, as x and y [3 · LINES]: two ends and a gap each; gaps alone outside."""
    bias, normal = weights[:, :1].astype(np.float64), weights[:, 1:].astype(np.float64)
    square = np.maximum(np.sum(normal**2, axis=1, keepdims=True), 1e-12)
    foot, along = -bias * normal / square, np.stack([-normal[:, 1], normal[:, 0]], axis=1) / np.sqrt(square)
    # How far one may go along the line until x, and until y, leaves the square; both must be inside.
    with np.errstate(divide="ignore", invalid="ignore"):
        ends = np.sort(np.stack([(-REACH - foot) / along, (REACH - foot) / along]), axis=0)
    first, last = np.nanmax(ends[0], axis=1), np.nanmin(ends[1], axis=1)
    crosses = ((first < last) & np.isfinite(last - first))[:, np.newaxis]
    reach = np.where(crosses, np.stack([first, last], axis=1), np.nan)
    places = foot[:, np.newaxis] + reach[:, :, np.newaxis] * along[:, np.newaxis]
    gap = np.full((len(weights), 1, 2), np.nan)
    x, y = np.concatenate([places, gap], axis=1).reshape(-1, 2).T
    return x, y


def _caption(scene: InferenceScene, moment: InferenceMoment) -> str:
    spread = _of(moment).spread
    least, most = theme.number(float(spread.min())), theme.number(float(spread.max()))
    return (
        f"Colour: the probability of class 1 as {scene.lanes[0].label} has it, a mean over {DRAWS} draws of q. Dotted "
        f"contours: its standard deviation over the draws, now {least} to {most}. White: {LINES} of the lines drawn, "
        "where both classes are as likely."
    )


CHART = Chart(
    key="predictive",
    title="What q predicts, and how sure it is",
    alt=lambda scene: (
        "A square of the plane, orange where class 1 and blue where class 0 is expected, grey where neither is; "
        "contour lines of the prediction's standard deviation, a dozen lines drawn from q, and the points by class."
    ),
    draw=_draw,
    caption=_caption,
    every_frame=True,
    dominant=True,
    applies=lambda scene: scene.moment.predictive is not None,
)
