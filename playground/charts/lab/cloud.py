"""Each estimate of the gradient as a point in the plane of two elements, with mean, exact value and ellipse."""

from collections.abc import Callable

import numpy as np
import plotly.graph_objects as go

from playground.chart import TRUTH, Chart, Drawing, Lane
from playground.charts import theme
from playground.lab.cloud import Cloud
from playground.lab.scene import LabScene
from playground.lab.training import LabMoment
from playground.sweeps.row import ALL

Read = Callable[[Cloud], np.ndarray]
SYMBOLS = {"solid": "circle", "dash": "diamond", "dashdot": "square", "dot": "triangle-up"}
NOTHING = np.zeros((0, 2))


def plane(scene: LabScene) -> tuple[int, int] | None:
    """The two elements of the plane: what is looked at, and its neighbour; None where θ has one element only."""
    names = scene.config.base.problem.names
    if len(names) < 2:
        return None
    first = 0 if scene.config.show == ALL else names.index(scene.config.show)
    return (first, first + 1) if first + 1 < len(names) else (first - 1, first)


def _read(lane: Lane, of: Read) -> Callable[[LabMoment], np.ndarray]:
    """A cloud's array [n, 2], none where there is no such cloud yet."""

    def read(moment: LabMoment) -> np.ndarray:
        found = [cloud for cloud in moment.clouds if cloud.estimator == lane.key and cloud.ran]
        return of(found[0]) if found else NOTHING

    return read


def _draw(scene: LabScene) -> Drawing:
    drawing, axes = Drawing(theme.empty()), plane(scene)
    names = scene.config.base.problem.names
    for lane in scene.lanes:
        if axes is None:
            points, ellipse, mean = _strip(lane)
        else:
            points, ellipse, mean = _in_plane(*axes)
        _add(drawing, lane, ellipse, mode="lines", line={"color": lane.color, "dash": lane.dash, "width": 2.2})
        symbol = SYMBOLS[lane.dash]
        _add(
            drawing, lane, points, mode="markers", opacity=0.3,
            marker={"size": 4, "color": lane.color, "symbol": symbol},
        )  # fmt: skip
        _add(
            drawing, lane, mean, mode="markers",
            marker={"size": 11, "color": lane.color, "symbol": symbol, "line": {"width": 2, "color": "white"}},
        )  # fmt: skip
    drawing.add(
        go.Scatter(x=[], y=[], mode="markers", name="exact gradient", legendgroup="exact",
                   marker={"symbol": "x-thin", "size": 15, "color": TRUTH, "line": {"width": 3.5, "color": TRUTH}},
                   hovertemplate="exact gradient: %{x:.4g}, %{y:.4g}<extra></extra>"),
        x=lambda moment: _exact(scene, moment)[:, 0],
        y=lambda moment: _exact(scene, moment)[:, 1],
    )  # fmt: skip
    if axes is None:
        drawing.figure.update_xaxes(title_text=f"estimate of ∂{names[0]}")
        drawing.figure.update_yaxes(
            tickvals=[lane.index for lane in scene.lanes],
            ticktext=[lane.label for lane in scene.lanes],
            range=[len(scene.lanes) - 0.5, -0.5],
        )
        drawing.expand.append("xaxis")
    else:
        drawing.figure.update_xaxes(title_text=f"estimate of ∂{names[axes[0]]}")
        drawing.figure.update_yaxes(title_text=f"estimate of ∂{names[axes[1]]}")
        drawing.expand += ["xaxis", "yaxis"]
    return drawing


def _add(drawing: Drawing, lane: Lane, of: Read, **style: object) -> None:
    read = _read(lane, of)
    hover = f"%{{x:.3g}}, %{{y:.3g}}<extra>{lane.label}</extra>"
    drawing.add(
        go.Scatter(x=[], y=[], name=lane.label, legendgroup=lane.key, hovertemplate=hover, **style),
        x=lambda moment: read(moment)[:, 0],
        y=lambda moment: read(moment)[:, 1],
    )


def _in_plane(first: int, second: int) -> tuple[Read, Read, Read]:
    """The points, the ellipse and the mean in the plane of two elements."""
    pick = [first, second]
    return (
        lambda cloud: cloud.points[:, pick],
        lambda cloud: cloud.ellipse(first, second),
        lambda cloud: cloud.mean[np.newaxis, pick],
    )


def _strip(lane: Lane) -> tuple[Read, Read, Read]:
    """Where there is one element only: points beside each other on the estimator's own line, two deviations, mean."""

    def points(cloud: Cloud) -> np.ndarray:
        spread = 0.3 * np.cos(np.arange(len(cloud.points)) * 2.4)  # any that does not repeat
        return np.stack([cloud.points[:, 0], lane.index + spread], axis=1)

    def deviations(cloud: Cloud) -> np.ndarray:
        width = 2.0 * np.sqrt(cloud.covariance[0, 0])
        return np.array([[cloud.mean[0] - width, lane.index], [cloud.mean[0] + width, lane.index]])

    return points, deviations, lambda cloud: np.array([[cloud.mean[0], lane.index]])


def _exact(scene: LabScene, moment: LabMoment) -> np.ndarray:
    axes = plane(scene)
    known = [cloud.exact for cloud in moment.clouds if np.all(np.isfinite(cloud.exact))]
    if not known:
        return NOTHING
    if axes is None:
        return np.array([[known[0][0], lane.index] for lane in scene.lanes])
    return known[0][np.newaxis, list(axes)]


def _caption(scene: LabScene, moment: LabMoment) -> str:
    ran = [cloud for cloud in moment.clouds if cloud.ran and np.all(np.isfinite(cloud.covariance))]
    text = (
        "Each dot is one estimate of the gradient, from K = "
        f"{scene.config.samples} samples. Ringed: the mean of {scene.config.replicates}. Grey cross: the exact "
        f"gradient. {'Ellipse' if plane(scene) else 'Line'}: two standard deviations."
    )
    if len(ran) < 2:
        return text
    labels = {lane.key: lane.label for lane in scene.lanes}
    spread = {labels[cloud.estimator]: float(np.trace(cloud.covariance)) for cloud in ran}
    least, most = min(spread, key=spread.__getitem__), max(spread, key=spread.__getitem__)
    if not spread[least] > 0.0:
        return f"{text} {least} does not spread at all."
    return f"{text} The cloud of {most} has {theme.number(spread[most] / spread[least])} times the variance of {least}."


CHART = Chart(
    key="cloud",
    title="A cloud of estimates",
    alt=lambda scene: (
        "Scatter plot: estimates of the gradient by "
        f"{', '.join(lane.label for lane in scene.lanes)}, with their means, ellipses and the exact gradient."
    ),
    draw=_draw,
    caption=_caption,
    every_frame=True,
    dominant=True,
    applies=lambda scene: scene.config.view == "cloud",
)
