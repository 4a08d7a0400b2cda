"""The parameters' paths over the exact landscape of E[f], with the exact gradient's own path in grey."""

from collections.abc import Callable
from typing import Any

import numpy as np
import plotly.graph_objects as go

from playground.chart import TRUTH, Chart, Drawing, Lane, Scene, column
from playground.charts import theme
from playground.training.snapshot import Snapshot


def _draw(scene: Scene) -> Drawing:
    return _draw_plane(scene) if len(scene.focus) == 2 else _draw_line(scene)


def _here(lane: Lane, index: int) -> Callable[[Snapshot], np.ndarray]:
    """From the end of the kept path to where θ is now, two numbers."""
    path = column("theta", lane.index, index)

    def read(snapshot: Snapshot) -> np.ndarray:
        kept, now = path(snapshot), snapshot.theta[lane.index, index]
        return np.array([kept[-1] if len(kept) else now, now])

    return read


def _draw_plane(scene: Scene) -> Drawing:
    drawing, landscape = Drawing(theme.empty()), scene.snapshot.landscape
    first, second = scene.focus
    drawing.add(
        go.Contour(
            x=landscape.axes[0], y=landscape.axes[1], z=landscape.expected_cost, ncontours=24, showscale=False,
            colorscale="Greys", reversescale=scene.config.maximize, opacity=0.55, contours={"coloring": "fill"},
            line={"width": 0.4}, name="E[f]", hovertemplate="E[f] = %{z:.4g}<extra></extra>",
        )
    )  # fmt: skip
    drawing.add(
        theme.truth("exact gradient's path", line={"width": 3, "dash": "solid"}),
        x=lambda snapshot: snapshot.exact_path[:, first],
        y=lambda snapshot: snapshot.exact_path[:, second],
    )
    best = landscape.best_theta
    drawing.add(_optimum([best[first]], [best[second]]))
    for lane in scene.lanes:
        x, y = (column("theta", lane.index, index) for index in (first, second))
        drawing.add(theme.curve(lane, lane.label), append=True, x=x, y=y)
        drawing.add(_tip(lane, {}), x=_here(lane, first), y=_here(lane, second))
    drawing.figure.update_xaxes(title_text=scene.names[0], range=[landscape.axes[0][0], landscape.axes[0][-1]])
    drawing.figure.update_yaxes(title_text=scene.names[1], range=[landscape.axes[1][0], landscape.axes[1][-1]])
    return drawing


def _draw_line(scene: Scene) -> Drawing:
    drawing, landscape = Drawing(theme.empty()), scene.snapshot.landscape
    (only,) = scene.focus
    axis, values = landscape.axes[0], landscape.expected_cost

    def height(theta: np.ndarray) -> np.ndarray:
        return np.interp(theta, axis, values)

    drawing.add(
        go.Scatter(x=axis, y=values, mode="lines", name="E[f]", legendgroup="exact", line={"color": TRUTH, "width": 2})
    )
    drawing.add(_optimum([landscape.best_theta[only]], [landscape.best]))
    for lane in scene.lanes:
        path, here = column("theta", lane.index, only), _here(lane, only)
        style = {"width": 4, "color": theme.faded(lane.color, 0.6)}
        drawing.add(
            theme.curve(lane, lane.label, line=style),
            append=True,
            x=path,
            y=lambda snapshot, path=path: height(path(snapshot)),
        )
        drawing.add(_tip(lane, style), x=here, y=lambda snapshot, here=here: height(here(snapshot)))
    drawing.add(
        go.Scatter(
            x=[], y=[], mode="markers", name="exact gradient", legendgroup="exact",
            marker={"color": TRUTH, "size": 9, "symbol": "diamond-open", "line": {"width": 2}},
        ),
        x=lambda snapshot: snapshot.exact_path[-1:, only],
        y=lambda snapshot: height(snapshot.exact_path[-1:, only]),
    )  # fmt: skip
    drawing.figure.update_xaxes(title_text=scene.names[0], range=[axis[0], axis[-1]])
    drawing.figure.update_yaxes(title_text="E[f]")
    return drawing


def _optimum(x: list[float], y: list[float]) -> go.Scatter:
    marker = {"symbol": "star", "size": 11, "color": TRUTH, "line": {"width": 1, "color": "white"}}
    return go.Scatter(x=x, y=y, mode="markers", name="optimum", legendgroup="exact", marker=marker)


def _tip(lane: Lane, line: dict[str, Any]) -> go.Scatter:
    """The path's last piece, which every frame brings anew, with a dot at its end."""
    marker = {"color": lane.color, "size": [0, 10], "line": {"color": "white", "width": [0, 1.5]}}
    return theme.curve(lane, lane.label, mode="lines+markers", line=line, marker=marker, showlegend=False)


def _caption(scene: Scene, snapshot: Snapshot) -> str:
    places = []
    for lane in scene.lanes:
        now = ", ".join(theme.number(float(snapshot.theta[lane.index, index])) for index in scene.focus)
        places.append(f"{lane.label} ({now})")
    shade = "lower" if scene.config.maximize else "higher"
    ground = f"Darker: {shade} E[f]. " if len(scene.focus) == 2 else ""
    return f"{'; '.join(places)}. {ground}Grey: the exact gradient's path. Star: the optimum."


CHART = Chart(
    key="landscape",
    title="Path over the landscape of E[f]",
    alt=lambda scene: (
        f"The exact expected cost over {' and '.join(scene.names)}, with each estimator's path, the exact "
        "gradient's path in grey and the optimum as a star."
    ),
    draw=_draw,
    caption=_caption,
    order=4,
)
