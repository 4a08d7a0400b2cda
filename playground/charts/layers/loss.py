"""How bad the model is: on training rows, on held-out rows, and what the steps themselves see of it."""

import textwrap

import numpy as np

from playground.chart import COLORS, TRUTH, Chart, Drawing, column, last
from playground.charts import theme
from playground.layers.moment import LayersMoment
from playground.layers.scene import LayersScene


def _draw(scene: LayersScene) -> Drawing:
    drawing = Drawing(theme.empty())
    has_rows = scene.plugin.data != "none"
    lines = [
        ("loss", "what a step sees", TRUTH, "dot"),
        ("train", "training rows" if has_rows else "the exact loss", COLORS[0], "solid"),
    ]
    if has_rows:
        lines.append(("holdout", "held-out rows", COLORS[1], "dash"))
    for name, label, color, dash in lines:
        drawing.add_curve(theme.plain(label, name, {"color": color, "dash": dash, "width": 1.8}), None, column(name))
    drawing.figure.update_xaxes(title_text="step")
    drawing.figure.update_yaxes(title_text="<br>".join(textwrap.wrap(scene.plugin.score.partition(", ")[0], 20)))
    drawing.follow.append("yaxis")
    return drawing


def _caption(scene: LayersScene, moment: LayersMoment) -> str:
    train, holdout = last(moment, "train"), last(moment, "holdout")
    about = (
        f"Measured is {scene.plugin.score}; dotted: the loss of the way that trains, on a step's own rows and draws."
    )
    if not np.isfinite(train):
        return about
    now = f"Now {theme.number(train)}"
    return (
        f"{now} on training rows, {theme.number(holdout)} held out. {about}"
        if np.isfinite(holdout)
        else f"{now}. {about}"
    )


CHART = Chart(
    key="loss",
    title="Loss, training and held out",
    alt=lambda scene: "Line chart over the steps: the loss of a step, and the score on training and held-out rows.",
    draw=_draw,
    caption=_caption,
    order=1,
)
