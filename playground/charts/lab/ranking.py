"""Every estimator that the budget can pay for, by its mean squared error, with what that is made of."""

import numpy as np
import plotly.graph_objects as go

from playground.chart import Chart, Drawing, to_begin
from playground.charts import theme
from playground.lab.scene import LabScene
from playground.lab.training import LabMoment
from playground.sweeps.advice import Choice

PARTS = (
    ("mean_squared_error", "mean squared error", "circle", 11),
    ("bias_squared", "bias²", "diamond-open", 9),
)


def _draw(scene: LabScene) -> Drawing:
    drawing = Drawing(theme.empty())
    places = list(range(len(scene.lanes)))
    for name, label, symbol, size in PARTS:
        drawing.add(
            go.Scatter(x=[], y=places, mode="markers", name=label, legendgroup=name,
                       marker={"symbol": symbol, "size": size, "color": [lane.color for lane in scene.lanes],
                               "line": {"width": 1.6}},
                       hovertemplate=f"{label} %{{x:.3g}}<extra></extra>"),
            x=lambda moment, name=name: _column(scene, moment, name),
        )  # fmt: skip
    drawing.add(
        go.Scatter(x=[], y=[], mode="markers", name="the least", legendgroup="least", hoverinfo="skip",
                   marker={"symbol": "circle-open", "size": 21, "color": "#009E73", "line": {"width": 3}}),
        x=lambda moment: _best(scene, moment)[:, 0],
        y=lambda moment: _best(scene, moment)[:, 1],
    )  # fmt: skip
    drawing.figure.update_xaxes(
        type="log", exponentformat="power", title_text="of one estimate, at equal cost", nticks=6
    )
    drawing.figure.update_yaxes(
        tickvals=places,
        ticktext=[lane.label.replace("score function", "score") for lane in scene.lanes],
        range=[len(places) - 0.4, -0.6],
        tickfont_size=9,
    )
    drawing.expand.append("xaxis")
    return drawing


def _ranked(moment: LabMoment) -> tuple[Choice, ...]:
    return () if moment.advice is None else moment.advice.ranked


def _column(scene: LabScene, moment: LabMoment, name: str) -> np.ndarray:
    """A number of each estimator, NaN where it is not known yet or not above 0."""
    found = {choice.estimator: getattr(choice, name) for choice in _ranked(moment)}
    values = np.array([found.get(lane.key) for lane in scene.lanes], np.float64)
    return np.where(values > 0.0, values, np.nan)


def _best(scene: LabScene, moment: LabMoment) -> np.ndarray:
    error = _column(scene, moment, "mean_squared_error")
    if not np.any(np.isfinite(error)):
        return np.zeros((0, 2))
    place = int(np.nanargmin(error))
    return np.array([[error[place], place]])


def _caption(scene: LabScene, moment: LabMoment) -> str:
    ranked = _ranked(moment)
    text = f"Of one estimate, where each may ask f {scene.config.budget} times: farther left is better."
    if not ranked or ranked[0].mean_squared_error is None:
        return f"{text} {to_begin(moment)}"
    labels = {lane.key: lane.label for lane in scene.lanes}
    exact = [labels[c.estimator] for c in ranked if c.mean_squared_error is not None and c.mean_squared_error <= 0.0]
    still = f" Without any error, so not drawn: {', '.join(exact)}." if exact else ""
    least = theme.number(ranked[0].mean_squared_error)
    return f"{text}{still} So far the least mean squared error: {labels[ranked[0].estimator]}, {least}."


CHART = Chart(
    key="ranking",
    title="Mean squared error at equal cost",
    alt=lambda scene: (
        f"Dot plot, log axis: mean squared error and squared bias of {len(scene.lanes)} estimators that may each ask f "
        f"{scene.config.budget} times."
    ),
    draw=_draw,
    caption=_caption,
    every_frame=True,
    dominant=True,
    applies=lambda scene: scene.config.view == "advice",
)
