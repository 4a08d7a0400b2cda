"""The mean gradient of each parameter over fresh draws, beside its exact value where that is known."""

from playground.chart import Chart, Drawing, column
from playground.charts import theme
from playground.layers.moment import LayersMoment
from playground.layers.scene import LayersScene
from playground.layers.steps import DRAWS


def _draw(scene: LayersScene) -> Drawing:
    drawing = Drawing(theme.empty())
    for index in range(scene.moment.parameters):
        name, line = scene.moment.groups[index], scene.line(index)
        drawing.add_curve(theme.plain(name, name, line), None, column("mean", index))
        exact = theme.truth(f"{name}, exact", legendgroup=name, line={"color": line["color"]})
        drawing.add_curve(exact, None, column("exact", index))
    drawing.figure.update_xaxes(title_text="step")
    drawing.figure.update_yaxes(title_text="gradient")
    drawing.follow.append("yaxis")
    return drawing


def _caption(scene: LayersScene, moment: LayersMoment) -> str:
    silent = [name for name, c in zip(moment.groups, moment.connected, strict=True) if not c][: moment.parameters]
    text = f"Lines: the mean of each parameter's gradient over {DRAWS} draws. Dotted, same colour: its exact value."
    if not silent:
        return text
    names = ", ".join(silent[:4]) + (" and others" if len(silent) > 4 else "")
    return f"{text} The tape answers None for {names}, drawn as 0."


CHART = Chart(
    key="means",
    title="Mean gradient against exact",
    alt=lambda scene: "Line chart over the steps: each parameter's mean gradient, and dotted its exact value.",
    draw=_draw,
    caption=_caption,
    applies=lambda scene: scene.moment.exact_known,
    order=2,
)
