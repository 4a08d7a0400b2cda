"""The dominant panel: the target, each approximation q over it now, and what the last step drew."""

from collections.abc import Callable

import numpy as np
import plotly.graph_objects as go

from playground.chart import Chart, Drawing, Lane, to_begin
from playground.charts import contours, theme
from playground.inference.scene import InferenceScene
from playground.inference.training import InferenceMoment
from playground.objectives import OBJECTIVES


def _draw(scene: InferenceScene) -> Drawing:
    return _draw_plane(scene) if len(scene.moment.axes) == 2 else _draw_line(scene)


def _draw_plane(scene: InferenceScene) -> Drawing:
    drawing, (x, y) = Drawing(theme.empty()), scene.moment.axes
    shape = (len(x), len(y))
    drawing.add(contours.ground(x, y, np.exp(scene.moment.log_p).reshape(shape), "target p"))
    for lane in scene.lanes:
        drawing.add(
            contours.lines(x, y, lane.color, lane.label, lane.key, dash=lane.dash),
            z=lambda moment, lane=lane: contours.heights(moment.log_q[lane.index].reshape(shape)),
        )
    for lane in scene.lanes:
        drawing.add(
            _dots(lane, "circle", 4), x=_draws(lane, 0), y=_draws(lane, 1),
        )  # fmt: skip
    drawing.figure.update_xaxes(title_text="z[0]", range=[x[0], x[-1]])
    drawing.figure.update_yaxes(title_text="z[1]", range=[y[0], y[-1]])
    return drawing


def _draw_line(scene: InferenceScene) -> Drawing:
    drawing, (axis,) = Drawing(theme.empty()), scene.moment.axes
    drawing.add(
        theme.truth("target p, and the best q", legendgroup="target", line={"width": 3.5, "dash": "solid"}).update(
            x=axis, y=np.exp(scene.moment.log_p)
        )
    )
    for lane in scene.lanes:
        curve = theme.curve(lane, lane.label, line={"width": 2.4})
        drawing.add(curve.update(x=axis), y=lambda moment, lane=lane: np.exp(moment.log_q[lane.index]))
        drawing.add(_dots(lane, "line-ns-open", 9), x=_draws(lane, 0), y=lambda moment: np.zeros(moment.draws.shape[1]))
    drawing.figure.update_xaxes(title_text="z", range=[axis[0], axis[-1]])
    drawing.figure.update_yaxes(title_text="density", rangemode="tozero")
    drawing.follow.append("yaxis")
    return drawing


def _dots(lane: Lane, symbol: str, size: int) -> go.Scatter:
    marker = {"color": lane.color, "symbol": symbol, "size": size, "opacity": 0.85, "line": {"width": 1.2}}
    return go.Scatter(
        x=[], y=[], mode="markers", name=f"draws, {lane.label}", legendgroup=lane.key, showlegend=False, marker=marker
    )


def _draws(lane: Lane, element: int) -> Callable[[InferenceMoment], np.ndarray]:
    return lambda moment: moment.draws[lane.index, :, element]


def _caption(scene: InferenceScene, moment: InferenceMoment) -> str:
    count = moment.draws.shape[1]
    drawn = f"Dots: the {count} draws of the last step." if count else to_begin(moment)
    from_p = [lane.label for lane in scene.lanes if OBJECTIVES[lane.key].goal == "forward"]
    if count and from_p:
        drawn += f" Those of {', '.join(from_p)} come from p, all others from q."
    if len(moment.axes) == 1:
        return f"Grey: p, normalised; here the best Normal is p itself. In colour: each q now. {drawn}"
    return f"Grey: the target p, stronger where it is higher. Lines: each q, lower by a factor of e a line. {drawn}"


CHART = Chart(
    key="density",
    title="Target and approximations",
    alt=lambda scene: (
        f"The density of {scene.target.label} in grey, and over it the approximations of "
        f"{', '.join(lane.label for lane in scene.lanes)} as they are now."
    ),
    draw=_draw,
    caption=_caption,
    every_frame=True,
    applies=lambda scene: len(scene.moment.axes) > 0,
    dominant=True,
)
