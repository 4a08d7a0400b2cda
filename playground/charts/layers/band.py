"""The dominant panel of a regression: its mean with the bands that hold half and nine tenths of y, over the data."""

from collections.abc import Callable

import numpy as np
import plotly.graph_objects as go

from playground.chart import COLORS, TRUTH, Chart, Drawing
from playground.charts import theme
from playground.layers.data import rows_of
from playground.layers.moment import LayersMoment
from playground.layers.pictures import GRID
from playground.layers.scene import LayersScene

MODEL = COLORS[0]
AROUND = np.concatenate([GRID, GRID[::-1]])


def _draw(scene: LayersScene) -> Drawing:
    drawing = Drawing(theme.empty())
    train, _ = rows_of(scene.plugin.data)
    y = train.y.numpy()[:, 0]
    for name, (low, high), opacity in (("90 % of y", (0, 3), 0.16), ("50 % of y", (1, 2), 0.3)):
        drawing.add(
            go.Scatter(x=AROUND, y=[], mode="none", fill="toself", name=name, legendgroup=name, hoverinfo="skip",
                       fillcolor=f"rgba(0, 114, 178, {opacity})"),
            y=_around(low, high),
        )  # fmt: skip
    if "lines" in scene.moment.picture:
        count = len(scene.moment.picture["lines"])
        drawing.add(
            go.Scatter(x=np.tile(np.append(GRID, np.nan), count), y=[], mode="lines", name="networks drawn",
                       legendgroup="networks", hoverinfo="skip", line={"color": TRUTH, "width": 1}, opacity=0.8),
            y=lambda moment: np.pad(moment.picture["lines"], ((0, 0), (0, 1)), constant_values=np.nan).ravel(),
        )  # fmt: skip
    drawing.add(
        go.Scatter(
            x=train.x.numpy()[:, 0], y=y, mode="markers", name="data", legendgroup="data",
            marker={"color": TRUTH, "size": 4, "opacity": 0.7}, hovertemplate="%{x:.2f}, %{y:.2f}<extra>data</extra>",
        )
    )  # fmt: skip
    drawing.add(
        go.Scatter(x=GRID, y=[], mode="lines", name="mean", legendgroup="mean", line={"color": MODEL, "width": 2.6}),
        y=lambda moment: moment.picture["mean"],
    )
    margin = 0.25 * np.ptp(y)
    drawing.figure.update_xaxes(title_text="x", range=[GRID[0], GRID[-1]])
    drawing.figure.update_yaxes(title_text="y", range=[y.min() - margin, y.max() + margin])
    return drawing


def _around(low: int, high: int) -> Callable[[LayersMoment], np.ndarray]:
    """A band as a closed curve."""
    return lambda moment: np.concatenate([moment.picture["bands"][low], moment.picture["bands"][high][::-1]])


def _caption(scene: LayersScene, moment: LayersMoment) -> str:
    bands = moment.picture["bands"]
    width = theme.number(float(np.mean(bands[3] - bands[0])))
    lines = " Thin lines: networks drawn from the posterior." if "lines" in moment.picture else ""
    return (
        f"Line: the mean of y for each x. Shaded: where half and where nine tenths of y are expected, the outer band "
        f"{width} wide on average. Dots: the data.{lines}"
    )


CHART = Chart(
    key="band",
    title="What the model predicts, and how sure it is",
    alt=lambda scene: "Data points over x, with the model's mean as a line and its 50 and 90 percent bands.",
    draw=_draw,
    caption=_caption,
    every_frame=True,
    dominant=True,
    applies=lambda scene: scene.plugin.picture == "band",
)
