"""The dominant panel where x is a vector of bits: each bit's probability, how often it was drawn, and its gradient."""

from collections.abc import Callable

import numpy as np
import plotly.graph_objects as go
import tensorflow as tf

from playground.chart import COST, TRUTH, Chart, Drawing, Lane, Scene, column, to_begin
from playground.charts import theme
from playground.training.snapshot import Snapshot

BARS = 0.8  # Of the way from one bit to the next is filled with bars.


def _draw(scene: Scene) -> Drawing:
    figure = theme.empty(2, (0.6, 0.4), secondary_y=True)
    drawing = Drawing(figure)
    if scene.problem.cost.depends_on_parameters:
        marker = {"color": TRUTH, "symbol": "line-ew-open", "size": 14, "line": {"width": 2}}
        drawing.add(_marks("target", "target", marker), 1, False, x=_grid, y=_target(scene))
    else:
        marker = {"color": COST, "symbol": "diamond-open", "size": 7, "line": {"width": 1.4}}
        drawing.add(_marks("expected cost of the bit", "cost", marker), 1, True, x=_grid, y=lambda snapshot: snapshot.f)
    for lane in scene.lanes:
        bar = go.Bar(x=[], y=[], name=lane.label, legendgroup=lane.key, marker={"color": lane.color, "opacity": 0.6})
        drawing.add(bar, 1, False, x=_grid, y=lambda snapshot, lane=lane: snapshot.density[lane.index])
    for lane in scene.lanes:
        marker = {"color": lane.color, "size": 7, "line": {"width": 1.2, "color": "white"}}
        dots = _marks(f"share of ones drawn, {lane.label}", lane.key, marker)
        drawing.add(dots, 1, False, x=_beside(scene, lane), y=_frequencies(lane))
    exact = go.Bar(x=[], y=[], name="exact", legendgroup="exact", marker={"color": TRUTH, "opacity": 0.45})
    drawing.add(exact, 2, x=_grid, y=_exact)
    for lane in scene.lanes:
        marker = {"color": lane.color, "size": 7, "opacity": 0.9}
        dots = _marks(f"this step's estimate, {lane.label}", lane.key, marker)
        drawing.add(dots, 2, x=_beside(scene, lane), y=_estimate(lane))
    figure.update_yaxes(title_text="P(x_d = 1)", range=[0.0, 1.02], row=1, col=1, secondary_y=False)
    theme.second_axis(figure, "expected cost of bit d")
    figure.update_yaxes(title_text="gradient of bit d", zeroline=True, row=2, col=1)
    figure.update_xaxes(title_text="bit d", row=2, col=1)
    figure.update_layout(margin_r=46, bargap=1.0 - BARS)
    drawing.follow += ["yaxis3"]
    return drawing


def _marks(name: str, group: str, marker: dict) -> go.Scatter:
    return go.Scatter(x=[], y=[], mode="markers", name=name, legendgroup=group, showlegend=False, marker=marker)


def _grid(snapshot: Snapshot) -> np.ndarray:
    return snapshot.grid


def _beside(scene: Scene, lane: Lane) -> Callable[[Snapshot], np.ndarray]:
    """Where the lane's own bars stand."""
    place = BARS * ((lane.index + 0.5) / len(scene.lanes) - 0.5)
    return lambda snapshot: snapshot.grid + np.float32(place)


def _target(scene: Scene) -> Callable[[Snapshot], np.ndarray]:
    def read(snapshot: Snapshot) -> np.ndarray:
        parameters = scene.problem.unpack(tf.constant(snapshot.theta[0]))
        return scene.problem.family.target(parameters).mean().numpy()

    return read


def _frequencies(lane: Lane) -> Callable[[Snapshot], np.ndarray]:
    """The mean of each coordinate over replicate 0's points [M, S, D]: [D]."""

    def read(snapshot: Snapshot) -> np.ndarray:
        if not snapshot.points:
            return np.full(len(snapshot.grid), np.nan)
        return snapshot.points[lane.index].mean(axis=(0, 1))

    return read


def _exact(snapshot: Snapshot) -> np.ndarray:
    values = column("exact_gradient", 0)(snapshot)
    return values[-1] if len(values) else np.full(len(snapshot.grid), np.nan)


def _estimate(lane: Lane) -> Callable[[Snapshot], np.ndarray]:
    def read(snapshot: Snapshot) -> np.ndarray:
        return snapshot.terms[lane.index].mean(axis=0) if snapshot.terms else np.full(len(snapshot.grid), np.nan)

    return read


def _caption(scene: Scene, snapshot: Snapshot) -> str:
    ground = (
        "Grey strokes: the target. " if scene.problem.cost.depends_on_parameters else "Ochre: what each bit costs. "
    )
    text = f"Bars: the probability of a 1 for each of {scene.problem.coordinates} bits. {ground}"
    if not snapshot.terms:
        return f"{text}{to_begin(snapshot)}"
    return text + (
        "Dots: the share of ones drawn. Below: the gradient of each bit, exact in grey, and this step's estimates of "
        f"{', '.join(lane.label for lane in scene.lanes)}."
    )


CHART = Chart(
    key="coordinates",
    title="Bits, samples and their gradients",
    alt=lambda scene: (
        f"Above, a bar for the probability of each of {scene.problem.coordinates} bits with the share of ones drawn; "
        "below, each bit's gradient as estimated in this step, and exactly in grey."
    ),
    draw=_draw,
    caption=_caption,
    every_frame=True,
    applies=lambda scene: scene.problem.family.vector and scene.problem.family.discrete,
    dominant=True,
)
