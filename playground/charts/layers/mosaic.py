"""The dominant panel of an autoencoder: images, what becomes of them, and images made from the code alone."""

import numpy as np
import plotly.graph_objects as go

from playground.chart import Chart, Drawing
from playground.charts import theme
from playground.layers.moment import LayersMoment
from playground.layers.pictures import IMAGES, SIDE
from playground.layers.scene import LayersScene

ROWS = ("given", "back", "circle", "circle", "drawn", "drawn")
# From nothing to grey, so that paper is the page's own ground, light or dark.
INK = [[0.0, "rgba(138, 143, 152, 0.0)"], [1.0, "rgba(110, 115, 125, 1.0)"]]


def _draw(scene: LayersScene) -> Drawing:
    drawing = Drawing(theme.empty())
    rows, columns = len(ROWS) * SIDE, IMAGES * SIDE
    drawing.add(
        go.Heatmap(x=np.arange(columns), y=np.arange(rows), z=[], zmin=0.0, zmax=1.0, colorscale=INK, showscale=False,
                   name="images", hoverinfo="skip"),
        z=lambda moment: moment.picture["mosaic"].ravel(),
    )  # fmt: skip
    edges = {"layer": "above", "line": {"color": "rgba(138, 143, 152, 0.5)", "width": 1}}
    for column in range(1, IMAGES):
        drawing.figure.add_vline(column * SIDE - 0.5, **edges)
    for row in range(1, len(ROWS)):
        drawing.figure.add_hline(row * SIDE - 0.5, **edges)
    drawing.figure.update_xaxes(range=[-0.5, columns - 0.5], tickvals=[], showgrid=False, constrain="domain")
    middles = [(row + 0.5) * SIDE - 0.5 for row in range(len(ROWS))]
    drawing.figure.update_yaxes(
        range=[rows - 0.5, -0.5],
        tickvals=middles,
        ticktext=list(ROWS),
        tickangle=-90,
        showgrid=False,
        scaleanchor="x",
        constrain="domain",
    )
    return drawing


def _caption(scene: LayersScene, moment: LayersMoment) -> str:
    given, back = moment.picture["mosaic"][:SIDE], moment.picture["mosaic"][SIDE : 2 * SIDE]
    wrong = 100.0 * float(np.mean((back > 0.5) != (given > 0.5)))
    return (
        "From the top: held-out images; the same after a pass through two noisy numbers; images of codes on a circle "
        f"around 0; images of codes drawn from the prior. {wrong:.0f} % of the pixels come back wrong."
    )


CHART = Chart(
    key="mosaic",
    title="Images in, images out",
    alt=lambda scene: "Six rows of small images: given ones, their reconstructions, and four rows of generated ones.",
    draw=_draw,
    caption=_caption,
    every_frame=True,
    dominant=True,
    applies=lambda scene: scene.plugin.picture == "images",
)
