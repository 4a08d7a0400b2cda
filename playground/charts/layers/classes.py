"""The dominant panel of a layer that draws classes: the probability of each class over x, with the data's classes."""

import numpy as np
import plotly.graph_objects as go

from playground.chart import COLORS, Chart, Drawing
from playground.charts import theme
from playground.layers.data import CLASSES, rows_of
from playground.layers.moment import LayersMoment
from playground.layers.pictures import GRID
from playground.layers.scene import LayersScene


def _draw(scene: LayersScene) -> Drawing:
    drawing = Drawing(theme.empty())
    train, _ = rows_of(scene.plugin.data)
    x, y = train.x.numpy()[:, 0], train.y.numpy()[:, 0]
    for index in range(CLASSES):
        color, name = COLORS[index], f"class {index + 1}"
        drawing.add(
            go.Scatter(x=GRID, y=[], mode="lines", name=name, legendgroup=name, line={"color": color, "width": 2.6}),
            y=lambda moment, index=index: moment.picture["probability"][index],
        )
        own = x[y == index]
        drawing.add(
            go.Scatter(x=own, y=np.full(len(own), -0.03 - 0.025 * index), mode="markers", name=f"data, {name}",
                       legendgroup=name, showlegend=False, hoverinfo="skip",
                       marker={"color": color, "symbol": "line-ns-open", "size": 7, "line": {"width": 1.2}})
        )  # fmt: skip
    drawing.figure.update_xaxes(title_text="x", range=[GRID[0], GRID[-1]])
    drawing.figure.update_yaxes(title_text="probability", range=[-0.03 - 0.03 * CLASSES, 1.03])
    return drawing


def _caption(scene: LayersScene, moment: LayersMoment) -> str:
    sure = float(np.mean(moment.picture["probability"].max(axis=0) > 0.9))
    return (
        "Curves: how likely the layer is to draw each class at x. Ticks: the classes of the data, each in its colour. "
        f"At {100.0 * sure:.0f} % of the places one class has a probability above 0.9."
    )


CHART = Chart(
    key="classes",
    title="Which class the layer draws",
    alt=lambda scene: "A line for each class: its probability over x, with ticks at the data of that class.",
    draw=_draw,
    caption=_caption,
    every_frame=True,
    dominant=True,
    applies=lambda scene: scene.plugin.picture == "classes",
)
