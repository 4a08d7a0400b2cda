"""Negative log-likelihood one step ahead, of training and held-out values, against the best possible one."""

from collections.abc import Callable

import numpy as np

from playground.chart import COLORS, TRUTH, Chart, Drawing, column, last
from playground.charts import theme
from playground.sequences.moment import SequenceMoment, SequenceScene


def _draw(scene: SequenceScene) -> Drawing:
    drawing, series = Drawing(theme.empty()), scene.moment.series
    best = (("training", series.best_train, "dot"), ("held-out", series.best_holdout, "dash"))
    for name, value, dash in best:
        if np.isfinite(value):
            line = theme.truth(f"the true law, {name} values", line={"color": TRUTH, "dash": dash})
            drawing.add_curve(line, None, _level(value))
    for name, label, color, dash in (
        ("train", "training values", COLORS[0], "solid"),
        ("holdout", "held-out values", COLORS[1], "dash"),
    ):
        drawing.add_curve(theme.plain(label, name, {"color": color, "dash": dash, "width": 1.8}), None, column(name))
    drawing.figure.update_xaxes(title_text="step")
    drawing.figure.update_yaxes(title_text="nats a step")
    drawing.follow.append("yaxis")
    return drawing


def _level(value: float) -> Callable[[SequenceMoment], np.ndarray]:
    return lambda moment: np.full(len(moment.history.step), value)


def _caption(scene: SequenceScene, moment: SequenceMoment) -> str:
    del scene
    train, holdout, best = last(moment, "train"), last(moment, "holdout"), moment.series.best_holdout
    known = np.isfinite(best)
    floor = "Grey: what the true law itself would have." if known else "The best possible is not known here."
    if not (np.isfinite(train) and np.isfinite(holdout)):
        return f"How surprising a value is one step ahead, in nats: of the training and of the held-out part. {floor}"
    text = f"Now {theme.number(train)} nats a training value, {theme.number(holdout)} a held-out one. "
    if not known:
        return text + "Where the held-out line turns up while the other falls, it learns noise."
    return text + f"The true law has {theme.number(best)} on the same held-out values (grey)."


CHART = Chart(
    key="likelihood",
    title="How surprised it is",
    alt=lambda scene: (
        "Line chart over the steps: negative log-likelihood of training and held-out values, lower is better, "
        "with that of the true law in grey where it is known."
    ),
    draw=_draw,
    caption=_caption,
    order=2,
)
