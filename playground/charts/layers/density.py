"""The dominant panel of a model without data: the density of its output now, with samples from it."""

import numpy as np
import plotly.graph_objects as go

from playground.chart import COLORS, Chart, Drawing
from playground.charts import theme
from playground.layers.moment import LayersMoment
from playground.layers.pictures import LINE
from playground.layers.scene import LayersScene

MODEL = COLORS[0]


def _draw(scene: LayersScene) -> Drawing:
    drawing = Drawing(theme.empty())
    drawing.add(
        go.Scatter(x=LINE, y=[], mode="lines", fill="tozeroy", name="density", legendgroup="density",
                   line={"color": MODEL, "width": 2.6}, fillcolor="rgba(0, 114, 178, 0.16)"),
        y=lambda moment: moment.picture["density"],
    )  # fmt: skip
    drawing.add(
        go.Scatter(x=[], y=[], mode="markers", name="samples", legendgroup="samples", hoverinfo="x",
                   marker={"color": MODEL, "symbol": "line-ns-open", "size": 9, "opacity": 0.5, "line": {"width": 1}}),
        x=lambda moment: moment.picture["samples"],
        y=lambda moment: np.zeros(len(moment.picture["samples"])),
    )  # fmt: skip
    drawing.figure.update_xaxes(title_text="x", range=[LINE[0], LINE[-1]])
    drawing.figure.update_yaxes(title_text="density", rangemode="tozero")
    drawing.follow.append("yaxis")
    return drawing


def _caption(scene: LayersScene, moment: LayersMoment) -> str:
    samples = moment.picture["samples"]
    mean, spread = theme.number(float(np.mean(samples))), theme.number(float(np.std(samples)))
    return (
        f"Shaded: the density of the layer's output. Ticks: {len(samples)} samples of it, mean {mean} and standard "
        f"deviation {spread}. It is trained on {scene.plugin.score.removesuffix(', exactly')}."
    )


CHART = Chart(
    key="density",
    title="What the layer puts out",
    alt=lambda scene: "The density of the model's output over a line, with ticks at samples from it.",
    draw=_draw,
    caption=_caption,
    every_frame=True,
    dominant=True,
    applies=lambda scene: scene.plugin.picture == "density",
)
