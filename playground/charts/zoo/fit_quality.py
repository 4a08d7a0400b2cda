"""How good the fit is: negative log-likelihood of training and held-out rows, or the reverse KL to the target."""

import numpy as np

from playground.chart import COLORS, Chart, Drawing, column, last, to_begin
from playground.charts import theme
from playground.fitting.moment import FitMoment
from playground.fitting.scene import FitScene

TRAIN, HELD_OUT = COLORS[0], COLORS[1]


def _draw(scene: FitScene) -> Drawing:
    drawing = Drawing(theme.empty())
    if scene.target is None:
        lines = [("train", "training rows", TRAIN, "solid"), ("holdout", "held-out rows", HELD_OUT, "dash")]
        drawing.figure.update_yaxes(title_text="−log p, nats a row")
    else:
        lines = [("gap", "KL(model ‖ target)", TRAIN, "solid")]
        drawing.add_curve(theme.truth("0: the same"), None, lambda moment: 0.0 * moment.history.step)
        drawing.figure.update_yaxes(title_text="KL, nats")
    for name, label, color, dash in lines:
        line = {"color": color, "dash": dash, "width": 1.8}
        drawing.add_curve(theme.plain(label, name, line), None, column(name))
    drawing.figure.update_xaxes(title_text="step")
    drawing.follow.append("yaxis")
    return drawing


def _caption(scene: FitScene, moment: FitMoment) -> str:
    if scene.target is not None:
        gap = last(moment, "gap")
        if not np.isfinite(gap):
            return (
                "The reverse KL from the model to the target, by quadrature. A gap: too much of the model is outside."
            )
        return f"KL(model ‖ target) is {theme.number(gap)} nats now, by quadrature; 0 is the best there is."
    train, holdout = last(moment, "train"), last(moment, "holdout")
    if not np.isfinite(train):
        meaning = "How surprised the model is by a row, in nats: by those it learns from, and by those held out."
        return f"{meaning} {to_begin(moment)}"
    text = f"Now {theme.number(train)} nats a training row, {theme.number(holdout)} a held-out row. "
    return text + "Where the held-out line turns up while the other falls, it learns noise."


CHART = Chart(
    key="fit_quality",
    title="How well it fits",
    alt=lambda scene: "Line chart over the steps: how far the model is from its data or its target; lower is better.",
    draw=_draw,
    caption=_caption,
    order=1,
)
