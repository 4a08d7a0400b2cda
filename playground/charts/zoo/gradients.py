"""The gradient of each variable: its norm, and how far one step's strays from the next one's."""

from playground.chart import COLORS, DASHES, Chart, Drawing, column, last, to_begin
from playground.charts import theme
from playground.fitting.learnable import Layout
from playground.fitting.moment import FitMoment
from playground.fitting.scene import FitScene


def _names(scene: FitScene) -> list[str]:
    return [variable.name for variable in Layout(scene.learnable, scene.moment.sizes).variables]


def _draw(scene: FitScene) -> Drawing:
    drawing = Drawing(theme.empty(2))
    for index, name in enumerate(_names(scene)):
        line = {"color": COLORS[(index + 2) % len(COLORS)], "dash": DASHES[index % len(DASHES)], "width": 1.8}
        for row, quantity in ((1, "norm"), (2, "variance")):
            drawing.add_curve(theme.plain(name, f"variable {name}", line), row, column(quantity, index))
    for row, title in ((1, "norm"), (2, "variance")):
        drawing.figure.update_yaxes(**theme.SMALL_LOG, title_text=title, row=row, col=1)
    drawing.figure.update_xaxes(title_text="step", row=2, col=1)
    drawing.expand += ["yaxis", "yaxis2"]
    return drawing


def _caption(scene: FitScene, moment: FitMoment) -> str:
    if not len(moment.history.step):
        meaning = "Above: the length of each raw variable's gradient. Below: its variance from step to step."
        return f"{meaning} {to_begin(moment)}"
    now = ", ".join(f"{name} {theme.number(last(moment, 'norm', i))}" for i, name in enumerate(_names(scene)))
    return (
        f"Above: the length of each raw variable's gradient ({now}). Below: its variance, from successive differences."
    )


CHART = Chart(
    key="gradients",
    title="Gradients by variable",
    alt=lambda scene: "Two line charts over the steps, on log axes: norm and variance of each variable's gradient.",
    draw=_draw,
    caption=_caption,
    order=3,
)
