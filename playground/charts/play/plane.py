"""The dominant panel where x is a continuous vector: two of its coordinates, the samples, and what each contributes."""

import functools
from collections.abc import Callable

import numpy as np
import plotly.graph_objects as go
import tensorflow as tf

from playground.chart import COST, Chart, Drawing, Lane, Scene, last, to_begin
from playground.charts import contours, theme
from playground.charts.play import last_step
from playground.training.snapshot import Snapshot

SHADES = [[0.0, "rgba(176, 136, 0, 0.0)"], [1.0, "rgba(176, 136, 0, 0.55)"]]  # The cost's own colour, from nothing.


def _draw(scene: Scene) -> Drawing:
    drawing = Drawing(theme.empty(2, (0.66, 0.34)))
    if scene.problem.cost.depends_on_parameters:
        ground = contours.ground(np.zeros(0), np.zeros(0), np.zeros((0, 0)), "target")
        drawing.add(ground, 1, x=_axis(0), y=_axis(1), z=_target(scene))
    else:
        ground = go.Contour(
            x=[], y=[], z=[], colorscale=SHADES, showscale=False, name="cost f(x)", legendgroup="cost", showlegend=True,
            line={"width": 0.6, "color": COST}, contours={"coloring": "fill"}, ncontours=14,
            hovertemplate="f = %{z:.4g}<extra></extra>",
        )  # fmt: skip
        drawing.add(ground, 1, x=_axis(0), y=_axis(1), z=lambda snapshot: snapshot.f.T.ravel())
    for lane in scene.lanes:
        lines = contours.lines(np.zeros(0), np.zeros(0), lane.color, lane.label, lane.key, dash=lane.dash)
        drawing.add(lines, 1, x=_axis(0), y=_axis(1), z=_heights(lane))
    for lane in scene.lanes:
        drawing.add(
            _dots(lane, f"samples, {lane.label}"), 1,
            x=lambda snapshot, lane=lane: _points(snapshot, lane)[..., 0].ravel(),
            y=lambda snapshot, lane=lane: _points(snapshot, lane)[..., 1].ravel(),
        )  # fmt: skip
    index = scene.focus[0]
    drawing.add(
        theme.truth("exact", line={"width": 3}), 2, x=_ends,
        y=lambda snapshot: np.repeat(last(snapshot, "exact_gradient", 0, index), 2),
    )  # fmt: skip
    for lane in scene.lanes:
        drawing.add(
            _dots(lane, f"contributions, {lane.label}"), 2,
            x=lambda snapshot, lane=lane: _points(snapshot, lane)[..., 0].ravel(),
            y=lambda snapshot, lane=lane: _terms(snapshot, lane, index),
        )  # fmt: skip
        estimate = theme.curve(lane, f"this step's estimate, {lane.label}", line={"width": 2})
        drawing.add(estimate, 2, x=_ends, y=lambda snapshot, lane=lane: np.repeat(_mean(snapshot, lane, index), 2))
    figure = drawing.figure
    figure.update_yaxes(title_text="x₂", row=1, col=1)
    figure.update_yaxes(title_text=f"sample's ∂{scene.names[0]}", zeroline=True, row=2, col=1)
    figure.update_xaxes(title_text="x₁", row=2, col=1)
    drawing.expand += ["xaxis", "xaxis2", "yaxis"]
    drawing.follow += ["yaxis2"]
    return drawing


@functools.cache  # What is read by the same function is sent once.
def _axis(coordinate: int) -> Callable[[Snapshot], np.ndarray]:
    return lambda snapshot: snapshot.grid[coordinate]


def _ends(snapshot: Snapshot) -> np.ndarray:
    return snapshot.grid[0, [0, -1]]


def _heights(lane: Lane) -> Callable[[Snapshot], np.ndarray]:
    def read(snapshot: Snapshot) -> np.ndarray:
        with np.errstate(divide="ignore"):
            return contours.heights(np.log(snapshot.density[lane.index]))

    return read


def _target(scene: Scene) -> Callable[[Snapshot], np.ndarray]:
    """The target's density over the plane."""
    family = scene.problem.family
    assert family.plane is not None
    plane = family.plane

    def read(snapshot: Snapshot) -> np.ndarray:
        target = family.target(scene.problem.unpack(tf.constant(snapshot.theta[0])))
        # Rows of a contour go along the first coordinate.
        places = np.stack(np.meshgrid(*snapshot.grid), axis=-1)
        return plane(target, tf.constant(places)).numpy().ravel()

    return read


def _dots(lane: Lane, name: str) -> go.Scatter:
    marker = {"color": lane.color, "size": 5, "opacity": 0.85, "line": {"width": 0.8, "color": "white"}}
    return go.Scatter(x=[], y=[], mode="markers", name=name, legendgroup=lane.key, showlegend=False, marker=marker)


def _points(snapshot: Snapshot, lane: Lane) -> np.ndarray:
    """Replicate 0's points [M, S, D], of each term one or a pair."""
    if not snapshot.points:
        return np.zeros((0, 1, 2), np.float32)
    return snapshot.points[lane.index][: last_step.drawn(snapshot), :2]


def _terms(snapshot: Snapshot, lane: Lane, index: int) -> np.ndarray:
    """What each of these points' terms adds to an element of the gradient, as often as it has points."""
    if not snapshot.terms:
        return np.zeros(0, np.float32)
    terms = snapshot.terms[lane.index][: last_step.drawn(snapshot), index]
    return np.repeat(terms, _points(snapshot, lane).shape[1])


def _mean(snapshot: Snapshot, lane: Lane, index: int) -> float:
    return float(snapshot.terms[lane.index][:, index].mean()) if snapshot.terms else float("nan")


def _caption(scene: Scene, snapshot: Snapshot) -> str:
    ground = "Grey: the target. " if scene.problem.cost.depends_on_parameters else "Ochre: what these two cost. "
    more = scene.problem.coordinates or 2
    which = "its two coordinates" if more == 2 else f"the first two of its {more} coordinates"
    text = f"Lines: {scene.problem.family.label} now, {which}, lower by a factor of e a line; "
    text += f"dots: samples{last_step.how_many(snapshot)}. {ground}"
    if not snapshot.terms:
        return f"{text}Below: what each sample adds to the gradient. {to_begin(snapshot)}"
    if snapshot.speed <= last_step.SLOW:
        costs = "the grey target" if scene.problem.cost.depends_on_parameters else "the ochre ground"
        return last_step.stages(scene, snapshot, "the dots", costs)
    estimates = last_step.estimates(scene, snapshot)
    return text + f"Below: what each adds to ∂{scene.names[0]}; this step's estimates {estimates}."


CHART = Chart(
    key="plane",
    title="Density, samples and their contributions",
    alt=lambda scene: (
        f"Above, contour lines of {scene.problem.family.label} now over two coordinates, the cost and the samples; "
        f"below, each sample's contribution to the gradient of {scene.names[0]}, and the exact gradient in grey."
    ),
    draw=_draw,
    caption=_caption,
    every_frame=True,
    applies=lambda scene: scene.problem.family.vector and not scene.problem.family.discrete,
    dominant=True,
)
