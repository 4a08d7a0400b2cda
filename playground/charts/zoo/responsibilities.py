"""What each component does: its weight in the model beside the share of the rows that it explains."""

import numpy as np
import plotly.graph_objects as go

from playground.chart import TRUTH, Chart, Drawing
from playground.charts import theme
from playground.fitting.moment import FitMoment
from playground.fitting.scene import FitScene, color_of


def _weights(moment: FitMoment) -> np.ndarray:
    assert moment.components is not None
    return np.asarray(moment.components.weights)


def _draw(scene: FitScene) -> Drawing:
    drawing = Drawing(theme.empty())
    count = scene.config.components
    places = np.arange(count)
    colors = [color_of(index) for index in range(count)]
    drawing.add(
        go.Bar(x=places, y=[], name="weight in the model", legendgroup="weight", marker={"color": colors},
               width=0.4, offset=-0.42),
        y=_weights,
    )  # fmt: skip
    if len(scene.moment.rows):
        pattern = {"color": TRUTH, "opacity": 0.6}
        drawing.add(
            go.Bar(x=places, y=[], name="share of the rows", legendgroup="share", marker=pattern,
                   width=0.4, offset=0.02),
            y=lambda moment: moment.responsibilities.mean(axis=0),
        )  # fmt: skip
    drawing.figure.update_xaxes(title_text="component", tickvals=places, ticktext=[str(place + 1) for place in places])
    drawing.figure.update_yaxes(title_text="share", range=[0.0, 1.0])
    return drawing


def _caption(scene: FitScene, moment: FitMoment) -> str:
    weights = ", ".join(theme.number(float(weight)) for weight in _weights(moment))
    text = f"Coloured: each component's weight in the model ({weights}). "
    if not len(moment.rows):
        return text
    sure = float(np.mean(moment.responsibilities.max(axis=1) > 0.9))
    return (
        f"{text}Grey: the share of the rows that it is responsible for; {100 * sure:.0f} % of them belong to one "
        "component with a probability above 0.9."
    )


CHART = Chart(
    key="responsibilities",
    title="Components and their rows",
    alt=lambda scene: "Bar chart: each component's weight in the model, and the share of the rows that it explains.",
    draw=_draw,
    caption=_caption,
    applies=lambda scene: scene.learnable.components is not None and scene.moment.components is not None,
    order=2,
)
