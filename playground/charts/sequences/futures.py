"""Sampled futures: drawn values are fed back as inputs, step by step, without a look at the series."""

import numpy as np
import plotly.graph_objects as go

from playground.chart import COLORS, TRUTH, Chart, Drawing
from playground.charts import theme
from playground.sequences.moment import SequenceMoment, SequenceScene

PATHS = 8
BEFORE = 40


def _draw(scene: SequenceScene) -> Drawing:
    drawing, moment = Drawing(theme.empty()), scene.moment
    split, horizon = moment.series.split, moment.futures.shape[1]
    near = (moment.time >= split - BEFORE) & (moment.time < split + horizon)
    drawing.add(
        go.Scatter(x=moment.time[near], y=moment.values[near], mode="lines", name="series", legendgroup="series",
                   line={"color": TRUTH, "width": 2.4})
    )  # fmt: skip
    ahead = np.arange(split, split + horizon)
    for path in range(PATHS):
        drawing.add(
            go.Scatter(x=ahead, y=[], mode="lines", name="sampled futures", legendgroup="futures",
                       showlegend=path == 0, line={"color": COLORS[4], "width": 1.1}, opacity=0.6, hoverinfo="skip"),
            y=lambda moment, path=path: moment.futures[path],
        )  # fmt: skip
    low, high = float(moment.values.min()), float(moment.values.max())
    margin = 0.35 * (high - low)
    drawing.figure.update_xaxes(title_text="time", range=[split - BEFORE, split + horizon])
    drawing.figure.update_yaxes(title_text=moment.series.label, range=[low - margin, high + margin])
    return drawing


def _caption(scene: SequenceScene, moment: SequenceMoment) -> str:
    del scene
    return (
        f"Grey: the series, of which the model sees nothing after time {moment.series.split - 1}. Orange: {PATHS} "
        "futures, each value drawn from the forecast and then taken as seen."
    )


CHART = Chart(
    key="futures",
    title="Sampled futures",
    alt=lambda scene: "Line chart over time: the end of the training part, how it went on, and sampled continuations.",
    draw=_draw,
    caption=_caption,
    order=1,
)
