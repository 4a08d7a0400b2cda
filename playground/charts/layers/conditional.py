"""The dominant panel of a mixture over x: the density of y for each x as shades, with data and samples."""

import numpy as np
import plotly.graph_objects as go

from playground.chart import COLORS, TRUTH, Chart, Drawing
from playground.charts import theme
from playground.layers.data import rows_of
from playground.layers.moment import LayersMoment
from playground.layers.pictures import GRID, HEIGHTS
from playground.layers.scene import LayersScene

SHADES = [[0.0, "rgba(0, 114, 178, 0.0)"], [1.0, "rgba(0, 114, 178, 0.95)"]]
SAMPLES = COLORS[1]


def _draw(scene: LayersScene) -> Drawing:
    drawing = Drawing(theme.empty())
    train, _ = rows_of(scene.plugin.data)
    drawing.add(
        go.Heatmap(x=GRID, y=HEIGHTS, z=[], zmin=0.0, zmax=1.0, colorscale=SHADES, zsmooth="best", showscale=False,
                   name="density of y", legendgroup="density", hoverinfo="skip"),
        z=_shares,
    )  # fmt: skip
    x = train.x.numpy()[:, 0]
    drawing.add(
        go.Scatter(x=x, y=train.y.numpy()[:, 0], mode="markers", name="data", legendgroup="data",
                   marker={"color": TRUTH, "size": 4, "opacity": 0.8}, hoverinfo="skip")
    )  # fmt: skip
    drawing.add(
        go.Scatter(x=x, y=[], mode="markers", name="samples", legendgroup="samples", hoverinfo="skip",
                   marker={"color": SAMPLES, "size": 5, "symbol": "x-thin-open", "line": {"width": 1.2}}),
        y=lambda moment: moment.picture["sample"],
    )  # fmt: skip
    drawing.figure.update_xaxes(title_text="x", range=[GRID[0], GRID[-1]])
    drawing.figure.update_yaxes(title_text="y", range=[HEIGHTS[0], HEIGHTS[-1]])
    return drawing


def _shares(moment: LayersMoment) -> np.ndarray:
    """Each density relative to the highest at the same x, on a square root's scale: thin peaks do not hide the rest."""
    density = np.nan_to_num(moment.picture["density"])
    return np.sqrt(density / np.maximum(density.max(axis=0, keepdims=True), 1e-6)).ravel()


def _caption(scene: LayersScene, moment: LayersMoment) -> str:
    density = moment.picture["density"]
    # A local maximum that stands out: above both of its neighbours, and a tenth of the highest at that x.
    inner = density[1:-1]
    peaks = (inner > density[:-2]) & (inner > density[2:]) & (inner > 0.1 * density.max(axis=0))
    most = int(peaks.sum(axis=0).max())
    return (
        "Blue: how likely the model finds each y, relative to the likeliest at the same x. Dots: the data. Crosses: a "
        f"sample for each of them. Now at most {most} value{'s' if most != 1 else ''} of y stand out at one x."
    )


CHART = Chart(
    key="conditional",
    title="What the model expects for each x",
    alt=lambda scene: "Shades of blue: the density of y for each x; dots: data; crosses: samples of the model.",
    draw=_draw,
    caption=_caption,
    every_frame=True,
    dominant=True,
    applies=lambda scene: scene.plugin.picture == "conditional",
)
