"""Gradient variance over the steps, for each parameter in view, on a log axis."""

import math

from playground.chart import Chart, Drawing, Scene, column, last, to_begin
from playground.charts import theme
from playground.training.snapshot import Snapshot


def _draw(scene: Scene) -> Drawing:
    drawing = Drawing(theme.named([f"∂{name}" for name in scene.names]))
    for row, index in enumerate(scene.focus, start=1):
        for lane in scene.lanes:
            drawing.add_curve(theme.curve(lane, lane.label), row, column("variance", lane.index, index))
        for lane in scene.lanes:
            exact = theme.truth(f"exact, {lane.label}")
            drawing.add_curve(exact, row, column("exact_variance", lane.index, index))
        axis = "yaxis" if row == 1 else f"yaxis{row}"
        drawing.figure.update_yaxes(**theme.SMALL_LOG, row=row, col=1)
        drawing.expand.append(axis)
    drawing.figure.update_xaxes(title_text="step", row=len(scene.focus), col=1)
    return drawing


def _caption(scene: Scene, snapshot: Snapshot) -> str:
    index, name = scene.focus[0], scene.names[0]
    now = {lane.label: last(snapshot, "variance", lane.index, index) for lane in scene.lanes}
    parts = ", ".join(f"{label} {theme.number(value)}" for label, value in now.items() if math.isfinite(value))
    if not parts:
        meaning = f"How far one estimate strays from the next, over {scene.config.replicates} replicates."
        return f"{meaning} {to_begin(snapshot)}"
    text = f"Var ∂{name}: {parts}"
    noisy = {label: value for label, value in now.items() if value > 0}
    if len(noisy) > 1:
        smallest, largest = min(noisy, key=noisy.__getitem__), max(noisy, key=noisy.__getitem__)
        if noisy[largest] > 1.5 * noisy[smallest]:
            text += f"; {largest} varies {theme.number(noisy[largest] / noisy[smallest])} times as much as {smallest}"
    exact = [last(snapshot, "exact_variance", lane.index, index) for lane in scene.lanes]
    if scene.problem.family.heavy_tailed and not all(map(math.isfinite, exact)):
        return f"{text}. Grey dots: exact, where known and finite: under tails so heavy it can be infinite."
    return f"{text}. Grey dots: exact, where known."


CHART = Chart(
    key="variance",
    title="Gradient variance",
    alt=lambda scene: (
        f"Line chart over the steps: variance of the gradient of {' and '.join(scene.names)}, "
        f"on a log axis, one line for each of {', '.join(lane.label for lane in scene.lanes)}."
    ),
    draw=_draw,
    caption=_caption,
    order=1,
)
