"""How much the gradient varies from draw to draw, for each parameter and each layer."""

import numpy as np

from playground.chart import Chart, Drawing, column, to_begin
from playground.charts import theme
from playground.layers.moment import LayersMoment
from playground.layers.scene import LayersScene
from playground.layers.steps import DRAWS


def _draw(scene: LayersScene) -> Drawing:
    drawing = Drawing(theme.empty())
    for index, name in enumerate(scene.moment.groups):
        drawing.add_curve(theme.plain(name, name, scene.line(index)), None, column("variance", index))
    drawing.figure.update_xaxes(title_text="step")
    drawing.figure.update_yaxes(type="log", title_text="variance", exponentformat="power", nticks=5)
    drawing.expand.append("yaxis")
    return drawing


def _caption(scene: LayersScene, moment: LayersMoment) -> str:
    variance = moment.probe[1]
    text = f"The variance of the gradient over {DRAWS} draws of rows and noise; of a layer, all its weights together."
    if moment.probed < 0:
        return f"{text} {to_begin(moment)}"
    if not np.any(variance > 0.0):
        return f"{text} No draw gives any gradient at all."
    worst = int(np.argmax(variance))
    return f"{text} The largest is that of {moment.groups[worst]}: {theme.number(float(variance[worst]))}."


CHART = Chart(
    key="variance",
    title="Gradient variance by layer",
    alt=lambda scene: "Line chart over the steps, log axis: the gradient's variance for each parameter and layer.",
    draw=_draw,
    caption=_caption,
    order=3,
)
