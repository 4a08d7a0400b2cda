"""The mean of each estimator's estimates against what is varied, over the exact gradient: bias, to be seen."""

import numpy as np
import plotly.graph_objects as go

from playground.chart import TRUTH, Chart, Drawing, to_begin
from playground.charts import theme
from playground.charts.lab.sweep import CANNOT, style_x
from playground.lab.scene import LabScene
from playground.lab.training import LabMoment
from playground.sweeps.row import ALL, Row

SEEN = 4.0  # Standard errors at which a caption calls a difference a bias: among forty values, by chance 1 in 400.


def _element(scene: LabScene) -> str:
    """The element of θ that is looked at; a mean of all has no sign, so the first one stands for it."""
    return scene.config.base.problem.names[0] if scene.config.show == ALL else scene.config.show


def _rows(scene: LabScene, moment: LabMoment, estimator: str | None = None) -> list[Row]:
    """The rows of an estimator, or of the first that was measured at each value."""
    found: dict[float, Row] = {}
    for row in moment.rows:
        if row.parameter == _element(scene) and row.value is not None and estimator in (None, row.estimator):
            found.setdefault(row.value, row)
    return [found[value] for value in sorted(found)]


def _column(rows: list[Row], name: str) -> np.ndarray:
    return np.array([getattr(row, name) for row in rows], np.float64)


def _draw(scene: LabScene) -> Drawing:
    drawing = Drawing(theme.empty())
    for lane in scene.lanes:
        drawing.add(
            go.Scatter(x=[], y=[], mode="lines+markers", name=lane.label, legendgroup=lane.key, marker={"size": 5},
                       line={"color": lane.color, "dash": lane.dash, "width": 1.6},
                       hovertemplate=f"%{{x:.4g}}: %{{y:.3g}}<extra>{lane.label}</extra>"),
            x=lambda moment, key=lane.key: _column(_rows(scene, moment, key), "value"),
            y=lambda moment, key=lane.key: _column(_rows(scene, moment, key), "mean"),
        )  # fmt: skip
    drawing.add(
        go.Scatter(x=[], y=[], mode="lines", name="exact gradient", legendgroup="exact",
                   line={"color": TRUTH, "width": 2.4, "dash": "dot"}),
        x=lambda moment: _column(_rows(scene, moment), "value"),
        y=lambda moment: _column(_rows(scene, moment), "exact"),
    )  # fmt: skip
    style_x(drawing, scene)
    drawing.figure.update_yaxes(title_text=f"mean ∂{_element(scene)}")
    drawing.expand.append("yaxis")
    return drawing


def _caption(scene: LabScene, moment: LabMoment) -> str:
    drawn = f"Mean of R = {scene.config.replicates} estimates of ∂{_element(scene)};"
    text = f"{drawn} grey dots: exact."
    off = []
    for lane in scene.lanes:
        rows = _rows(scene, moment, lane.key)
        away, error = np.abs(_column(rows, "mean") - _column(rows, "exact")), _column(rows, "mean_error")
        if np.any(away > SEEN * error):
            off.append((lane.label, float(np.nanmax(away))))
    if not moment.rows:
        return f"{text} {to_begin(moment)}"
    if not any(row.ran for row in moment.rows):
        return CANNOT
    if not off:
        known = [row.exact is not None for row in moment.rows if row.ran and row.parameter == _element(scene)]
        if not any(known):
            return f"{drawn} no exact value is known here."
        where = "" if all(known) else ", where an exact value is known"
        return f"{text} None is more than {SEEN:g} standard errors away{where}."
    label, most = max(off, key=lambda pair: pair[1])
    return f"{text} Farthest from it: {label}, by up to {theme.number(most)}."


CHART = Chart(
    key="mean",
    title="Mean estimate against exact gradient",
    alt=lambda scene: "Line chart: the mean estimate of each estimator against what is varied, and the exact gradient.",
    draw=_draw,
    caption=_caption,
    applies=lambda scene: scene.config.view == "sweep",
    order=1,
)
