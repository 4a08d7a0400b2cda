"""The variance of each objective's gradient over the steps, all elements of φ added up."""

import math

from playground.chart import Chart, Drawing, column, last, to_begin
from playground.charts import theme
from playground.inference.report import YARDSTICK
from playground.inference.scene import InferenceScene
from playground.inference.training import InferenceMoment


def _draw(scene: InferenceScene) -> Drawing:
    drawing = Drawing(theme.empty())
    for lane in scene.lanes:
        drawing.add_curve(theme.curve(lane, lane.label), None, column("trace", lane.index))
    drawing.figure.update_xaxes(title_text="step")
    drawing.figure.update_yaxes(type="log", title_text="variance", exponentformat="power", nticks=4)
    drawing.expand.append("yaxis")
    return drawing


def _caption(scene: InferenceScene, moment: InferenceMoment) -> str:
    count = scene.config.replicates
    now = {lane.key: last(moment, "trace", lane.index) for lane in scene.lanes}
    if not any(math.isfinite(value) for value in now.values()):
        meaning = f"How far one gradient strays from the next, over {count} replicates, all elements added up."
        return f"{meaning} {to_begin(moment)}"
    text = ", ".join(f"{lane.label} {theme.number(now[lane.key])}" for lane in scene.lanes)
    landing = now.get(YARDSTICK, 0.0)
    if len(now) > 1 and landing > 0:
        others = [
            f"{lane.label} {theme.number(now[lane.key] / landing)}" for lane in scene.lanes if lane.key != YARDSTICK
        ]
        text += f". In multiples of sticking the landing: {', '.join(others)}"
    return f"Summed over all elements of φ, {count} replicates: {text}."


CHART = Chart(
    key="variance",
    title="Gradient variance",
    alt=lambda scene: "Line chart over the steps, log axis: the total variance of the gradient of each objective.",
    draw=_draw,
    caption=_caption,
    order=3,
)
