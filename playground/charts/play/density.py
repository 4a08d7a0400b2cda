"""The dominant panel: the density now, the cost, the target, the samples, and what each adds to the gradient."""

import functools
from collections.abc import Callable

import numpy as np
import plotly.graph_objects as go
import tensorflow as tf

from playground.chart import COST, Chart, Drawing, Lane, Scene, last, to_begin
from playground.charts import theme
from playground.charts.play import last_step
from playground.training.snapshot import Snapshot

SPREAD = 0.5


def _draw(scene: Scene) -> Drawing:
    figure = theme.empty(2, (0.6, 0.4), secondary_y=True)
    drawing, discrete = Drawing(figure), scene.problem.family.discrete
    word = "mass" if discrete else "density"
    drawing.add(
        go.Scatter(x=[], y=[], mode="lines+markers" if discrete else "lines", name="cost f(x)", legendgroup="cost",
                   line={"color": COST, "width": 1.6}, marker={"size": 4}),
        1, True, x=_grid, y=lambda snapshot: snapshot.f,
    )  # fmt: skip
    for lane in scene.lanes:
        if scene.snapshot.held[lane.index] is not None:
            _draw_held(drawing, lane)
    target = _target(scene)
    if target is not None:
        drawing.add(theme.truth("target", legendgroup="target"), 1, False, x=_grid, y=target)
    else:
        extreme = "maximiser of f" if scene.config.maximize else "minimiser of f"
        drawing.add(
            theme.truth(extreme, legendgroup="cost"), 1, False,
            x=lambda snapshot: np.repeat(snapshot.grid[_extreme(scene, snapshot)], 2),
            y=lambda snapshot: np.array([0.0, float(np.nanmax(snapshot.density))]),
        )  # fmt: skip
    for lane in scene.lanes:
        _draw_density(drawing, lane, discrete)
    drawing.add(
        theme.truth("exact", line={"width": 3}), 2,
        x=_across,
        y=lambda snapshot: np.repeat(last(snapshot, "exact_gradient", 0, scene.focus[0]), 2),
    )  # fmt: skip
    for lane in scene.lanes:
        _draw_terms(drawing, lane, scene, discrete)
    figure.update_yaxes(title_text=word, rangemode="tozero", row=1, col=1, secondary_y=False)
    theme.second_axis(figure, "cost f(x)")
    figure.update_yaxes(title_text=f"sample's ∂{scene.names[0]}", zeroline=True, row=2, col=1)
    figure.update_xaxes(title_text="x", row=2, col=1)
    figure.update_layout(margin_r=46)
    drawing.follow += ["yaxis3"]
    return drawing


def _grid(snapshot: Snapshot) -> np.ndarray:
    return snapshot.grid


def _across(snapshot: Snapshot) -> np.ndarray:
    return snapshot.grid[[0, -1]]


def _draw_held(drawing: Drawing, lane: Lane) -> None:
    """What an estimator has learned to hold against f, over f and on its axis."""

    def curve(snapshot: Snapshot) -> np.ndarray:
        held = snapshot.held[lane.index]
        assert held is not None
        return held.curve

    trace = theme.curve(lane, f"held against f, {lane.label}", showlegend=False, line={"width": 1.4, "dash": "dot"})
    drawing.add(trace, 1, True, x=_grid, y=curve)


def _target(scene: Scene) -> Callable[[Snapshot], np.ndarray] | None:
    """The target's density on the grid, where the cost has a target."""
    if not scene.problem.cost.depends_on_parameters:
        return None

    def read(snapshot: Snapshot) -> np.ndarray:
        parameters = scene.problem.unpack(tf.constant(snapshot.theta[0]))
        return scene.problem.family.target(parameters).prob(tf.constant(snapshot.grid)).numpy()

    return read


def _extreme(scene: Scene, snapshot: Snapshot) -> int:
    finite = np.where(np.isfinite(snapshot.f), snapshot.f, np.inf)
    return int(np.argmax(snapshot.f) if scene.config.maximize else np.argmin(finite))


def _draw_density(drawing: Drawing, lane: Lane, discrete: bool) -> None:
    if discrete:
        marker = {"color": lane.color, "opacity": 0.75}
        trace = go.Bar(x=[], y=[], name=lane.label, legendgroup=lane.key, marker=marker)
    else:
        trace = theme.curve(lane, lane.label, line={"width": 2.6})
        if lane.index == 0:
            trace.update(fill="tozeroy", fillcolor=theme.faded(lane.color, 0.12))
    drawing.add(trace, 1, False, x=_grid, y=lambda snapshot: snapshot.density[lane.index])
    drawing.add(
        go.Scatter(x=[], y=[], mode="markers", name=f"samples, {lane.label}", legendgroup=lane.key, showlegend=False,
                   marker={"color": lane.color, "symbol": "line-ns-open", "size": 9, "line": {"width": 1.4}}),
        1, False,
        x=lambda snapshot: _points(snapshot, lane, discrete).ravel(),
        y=lambda snapshot: np.zeros(_points(snapshot, lane, discrete).size),
    )  # fmt: skip


def _points(snapshot: Snapshot, lane: Lane, discrete: bool) -> np.ndarray:
    """Replicate 0's points [M, S]. Equal values of a discrete x are spread a little, so that each can be seen."""
    points = snapshot.points[lane.index] if snapshot.points else np.zeros((0, 1), np.float32)
    points = points[: last_step.drawn(snapshot)]
    if not discrete or not len(points):
        return points
    return points + _beside(len(points))


@functools.cache
def _beside(count: int) -> np.ndarray:
    """How far each of so many is moved to a side, [count, 1]."""
    return SPREAD * np.linspace(-0.5, 0.5, count, dtype=np.float32)[:, np.newaxis]


def _draw_terms(drawing: Drawing, lane: Lane, scene: Scene, discrete: bool) -> None:
    """Each term at where f was evaluated for it: a dot, or for a coupled pair two dots and what joins them."""
    index = scene.focus[0]
    # Where x is discrete, a dot stands a little beside it: no number there would be x.
    where = "" if discrete else "<br>at x = %{x:.3g}"

    def pair(snapshot: Snapshot) -> np.ndarray:
        points = _points(snapshot, lane, discrete)
        if points.shape[1] > 2:  # A pair for each element of θ, where there is not one for all.
            points = points[:, 2 * index : 2 * index + 2]
        gap = np.full((len(points), 1), np.nan, np.float32)
        return np.hstack([points, gap])

    def height(snapshot: Snapshot) -> np.ndarray:
        terms = snapshot.terms[lane.index][:, index] if snapshot.terms else np.zeros(0, np.float32)
        terms = terms[: last_step.drawn(snapshot)]
        dots = min(_points(snapshot, lane, discrete).shape[1], 2)
        return np.repeat(terms[:, np.newaxis], dots + 1, axis=1)

    def mean(snapshot: Snapshot) -> np.ndarray:
        return np.repeat(snapshot.terms[lane.index][:, index].mean() if snapshot.terms else np.nan, 2)

    drawing.add(
        go.Scatter(x=[], y=[], mode="lines+markers", name=f"contributions, {lane.label}", legendgroup=lane.key,
                   line={"color": lane.color, "width": 1}, marker={"color": lane.color, "size": 6, "opacity": 0.8},
                   hovertemplate=f"%{{y:.3g}} to ∂{scene.names[0]}{where}<extra>{lane.label}</extra>"),
        2, x=lambda snapshot: pair(snapshot).ravel(), y=lambda snapshot: height(snapshot).ravel(),
    )  # fmt: skip
    estimate = theme.curve(lane, f"this step's estimate, {lane.label}", line={"width": 2})
    drawing.add(estimate, 2, x=_across, y=mean)


def _caption(scene: Scene, snapshot: Snapshot) -> str:
    kind = "Bars: the probability mass" if scene.problem.family.discrete else "Above: the density"
    text = f"{kind} of {scene.problem.family.label} now, "
    text += f"samples as ticks{last_step.how_many(snapshot)}, the cost f in ochre. "
    for lane in scene.lanes:
        held = snapshot.held[lane.index]
        if held is not None:
            numbers = ", ".join(f"{name} {theme.number(value)}" for name, value in held.numbers.items())
            text += f"Dotted: what {lane.label} holds against f{f' ({numbers})' if numbers else ''}. "
    if not snapshot.terms:
        return f"{text}Below: what each sample adds to the gradient. {to_begin(snapshot)}"
    if snapshot.speed <= last_step.SLOW:
        return last_step.stages(scene, snapshot, "the ticks", "the ochre curve")
    return text + (
        f"Below: what each sample adds to ∂{scene.names[0]}. Level lines: this step's estimates, "
        f"{last_step.estimates(scene, snapshot)}."
    )


CHART = Chart(
    key="density",
    title="Density, samples and their contributions",
    alt=lambda scene: (
        f"Above, the distribution of {scene.problem.family.label} now with the cost and the samples; below, "
        f"each sample's contribution to the gradient of {scene.names[0]}, their means, and the exact gradient in grey."
    ),
    draw=_draw,
    caption=_caption,
    every_frame=True,
    applies=lambda scene: not scene.problem.family.vector,
    dominant=True,
)
