"""The gradient of each layer: its norm, and how far one step's strays from the next one's."""

from playground.chart import COLORS, DASHES, Chart, Drawing, column, last, to_begin
from playground.charts import theme
from playground.sequences.moment import SequenceMoment, SequenceScene


def _draw(scene: SequenceScene) -> Drawing:
    drawing = Drawing(theme.empty(2))
    for index, name in enumerate(scene.moment.layers):
        line = {"color": COLORS[(index + 2) % len(COLORS)], "dash": DASHES[index % len(DASHES)], "width": 1.8}
        for row, quantity in ((1, "norm"), (2, "variance")):
            drawing.add_curve(theme.plain(name, f"layer {name}", line), row, column(quantity, index))
    for row, title in ((1, "norm"), (2, "variance")):
        drawing.figure.update_yaxes(**theme.SMALL_LOG, title_text=title, row=row, col=1)
    drawing.figure.update_xaxes(title_text="step", row=2, col=1)
    drawing.expand += ["yaxis", "yaxis2"]
    return drawing


def _caption(scene: SequenceScene, moment: SequenceMoment) -> str:
    if not len(moment.history.step):
        return f"Above: the length of each layer's gradient. Below: its variance from step to step. {to_begin(moment)}"
    now = ", ".join(f"{name} {theme.number(last(moment, 'norm', i))}" for i, name in enumerate(scene.moment.layers))
    return f"Above: the length of each layer's gradient ({now}). Below: its variance, from successive differences."


CHART = Chart(
    key="gradients",
    title="Gradients by layer",
    alt=lambda scene: "Two line charts over the steps, on log axes: norm and variance of each layer's gradient.",
    draw=_draw,
    caption=_caption,
    order=4,
)
