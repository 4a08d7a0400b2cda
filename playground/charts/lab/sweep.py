"""The dominant panel of a sweep: one quantity of every estimator against what is varied."""

from collections.abc import Callable

import numpy as np
import plotly.graph_objects as go

from playground.chart import Chart, Drawing, Lane, to_begin
from playground.charts import theme
from playground.lab.measures import MEASURES
from playground.lab.scene import LabScene
from playground.lab.series import Series, Stretch, series, stretches
from playground.lab.training import LabMoment
from playground.sweeps.row import ALL

MOST_STRETCHES = 3
CANNOT = "None of those measured so far can run here: the reasons are below the charts."
MOST_ALIKE = 3
BAND = 0.15  # opacity


def _draw(scene: LabScene) -> Drawing:
    drawing, measure = Drawing(theme.empty()), scene.measure
    for lane in scene.lanes:
        read = _reader(scene, lane)
        if measure.error is not None:
            drawing.add(
                go.Scatter(x=[], y=[], mode="none", fill="toself", fillcolor=lane.color, opacity=BAND, hoverinfo="skip",
                           name=lane.label, legendgroup=lane.key, showlegend=False),
                x=lambda moment, read=read: read(moment).band()[0],
                y=lambda moment, read=read: read(moment).band()[1],
            )  # fmt: skip
        if measure.key == "variance":
            drawing.add(
                go.Scatter(x=[], y=[], mode="lines", line={"color": lane.color, "width": 1}, hoverinfo="skip",
                           name=f"{lane.label}, exact", legendgroup=lane.key, showlegend=False),
                x=lambda moment, read=read: read(moment).x,
                y=lambda moment, read=read: read(moment).exact,
            )  # fmt: skip
        drawing.add(
            go.Scatter(x=[], y=[], mode="lines+markers", name=lane.label, legendgroup=lane.key,
                       line={"color": lane.color, "dash": lane.dash, "width": 2}, marker={"size": 6},
                       hovertemplate=f"%{{x:.4g}}: %{{y:.3g}}<extra>{lane.label}</extra>"),
            x=lambda moment, read=read: read(moment).x,
            y=lambda moment, read=read: read(moment).y,
        )  # fmt: skip
    style_x(drawing, scene)
    of = "" if scene.element == ALL else f" of ∂{scene.element}"
    drawing.figure.update_yaxes(title_text=f"{measure.label}{of}", nticks=6)
    if measure.log:
        drawing.figure.update_yaxes(type="log", exponentformat="power")
    drawing.expand.append("yaxis")
    return drawing


def style_x(drawing: Drawing, scene: LabScene) -> None:
    """The axis of what is varied, from end to end."""
    config = scene.config
    name = {"samples": "samples K", "dimension": "dimension D"}.get(config.over, config.over)
    low, high = config.spec.values[0], config.spec.values[-1]
    if config.scale == "log":
        low, high = float(np.log10(low)), float(np.log10(high))
        drawing.figure.update_xaxes(type="log", nticks=8)
    room = 0.03 * (high - low) or 0.5
    drawing.figure.update_xaxes(title_text=name, range=[low - room, high + room])


def _reader(scene: LabScene, lane: Lane) -> Callable[[LabMoment], Series]:
    return lambda moment: series(moment, lane.key, MEASURES[scene.config.measure], scene.element)


def _caption(scene: LabScene, moment: LabMoment) -> str:
    measure = scene.measure
    measured = sum(1 for lane in scene.lanes if np.any(np.isfinite(_reader(scene, lane)(moment).y)))
    bands = " Shaded: two standard errors." if measure.error else ""
    exact = any(np.any(np.isfinite(_reader(scene, lane)(moment).exact)) for lane in scene.lanes)
    bands = f" Thin lines: exact.{bands}" if exact else bands
    if not moment.rows:
        return f"The {measure.short} of each estimator against {scene.config.over}. {to_begin(moment)}"
    if not any(row.ran for row in moment.rows):
        return CANNOT
    if measure.key == "bias_squared":
        return f"{_biases(scene, moment)}{bands if measured else ''}"
    if not measured:
        return f"There is no {measure.short} to draw so far: it is 0, or there is no exact gradient to compare with."
    found = stretches(moment, scene.lanes, measure, scene.element)
    if not found:
        return f"The {measure.short} of each estimator against {scene.config.over}.{bands}"
    return f"{_words(found, 'Least' if measure.lower else 'Greatest', measure.short)}{bands}"


def _biases(scene: LabScene, moment: LabMoment) -> str:
    """Whose bias is to be seen, and where it is largest: that of the others is below the noise."""
    parts = []
    for lane in scene.lanes:
        curve = _reader(scene, lane)(moment)
        if np.any(np.isfinite(curve.y)):
            place = int(np.nanargmax(curve.y))
            worst, where = theme.number(float(curve.y[place])), theme.number(float(curve.x[place]))
            parts.append(f"{lane.label}, up to {worst} at {where}")
    if not parts:
        return f"No bias to be seen in any of them so far, with R = {scene.config.replicates} estimates each."
    return f"Bias² to be seen: {'; '.join(parts[:4])}. A gap, or no curve: none to be seen above the noise."


def _words(found: list[Stretch], most: str, what: str) -> str:
    """Who is the best from where to where, and between which values that changes."""
    parts = []
    for stretch in found[:MOST_STRETCHES]:
        who = " ≈ ".join(lane.label for lane in stretch.lanes[:MOST_ALIKE])
        span = theme.number(stretch.first)
        parts.append(f"{who} at {span}" if stretch.first == stretch.last else
                     f"{who} from {span} to {theme.number(stretch.last)}")  # fmt: skip
    rest = len(found) - MOST_STRETCHES
    more = f"; and {rest} more stretch{'es' if rest > 1 else ''}" if rest > 0 else ""
    return f"{most} {what}: {'; '.join(parts)}{more}."


CHART = Chart(
    key="sweep",
    title="Estimators against what is varied",
    alt=lambda scene: (
        f"Line chart: {scene.measure.label} against {scene.config.over}, a line for each of "
        f"{', '.join(lane.label for lane in scene.lanes)}."
    ),
    draw=_draw,
    caption=_caption,
    every_frame=True,
    dominant=True,
    applies=lambda scene: scene.config.view == "sweep",
)
