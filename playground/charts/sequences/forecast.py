"""The dominant panel: the series, and for each value the law that was forecast before it was seen."""

import numpy as np
import plotly.graph_objects as go

from playground.chart import COLORS, TRUTH, Chart, Drawing
from playground.charts import theme
from playground.sequences.moment import LEVELS, SequenceMoment, SequenceScene

SHOWN = 160
"""Values in the picture: more would be a hedge of lines. The others count in the figures all the same."""
BAND, MEAN = "rgba(0, 114, 178, {:.2f})", COLORS[0]


def window(moment: SequenceMoment) -> slice:
    """The part of what is in view that is drawn: around the beginning of the held-out values."""
    split = len(moment.time) - moment.held_out
    begin = max(0, split - SHOWN // 2)
    return slice(begin, min(len(moment.time), begin + SHOWN))


def _draw(scene: SequenceScene) -> Drawing:
    drawing, moment, part = Drawing(theme.empty()), scene.moment, window(scene.moment)
    time = moment.time[part]
    for percent, opacity in ((90, 0.16), (50, 0.30)):
        name, none = f"{percent} % band", {"width": 0}
        low = go.Scatter(x=time, y=[], mode="lines", line=none, name=name, legendgroup=name, showlegend=False,
                         hoverinfo="skip")  # fmt: skip
        high = go.Scatter(x=time, y=[], mode="lines", line=none, name=name, legendgroup=name, fill="tonexty",
                          fillcolor=BAND.format(opacity), hoverinfo="skip")  # fmt: skip
        drawing.add(low, y=lambda moment, percent=percent: moment.band(percent)[0][window(moment)])
        drawing.add(high, y=lambda moment, percent=percent: moment.band(percent)[1][window(moment)])
    drawing.add(
        go.Scatter(x=time, y=moment.values[part], mode="markers", name="series", legendgroup="series",
                   marker={"color": TRUTH, "size": 4.5}, hovertemplate="%{x}: %{y:.3g}<extra>series</extra>")
    )  # fmt: skip
    drawing.add(
        go.Scatter(x=time, y=[], mode="lines", name="forecast mean", legendgroup="mean",
                   line={"color": MEAN, "width": 2}, hovertemplate="%{x}: %{y:.3g}<extra>forecast mean</extra>"),
        y=lambda moment: moment.loc[window(moment)],
    )  # fmt: skip
    figure, start = drawing.figure, moment.series.split - 0.5
    figure.add_vline(x=start, line={"color": COLORS[1], "width": 1.4, "dash": "dash"})
    figure.add_annotation(x=start, y=1.0, yref="paper", xanchor="left", yanchor="top", showarrow=False,
                          text=" held out", font={"color": COLORS[1], "size": 11})  # fmt: skip
    low, high = float(moment.values[part].min()), float(moment.values[part].max())
    margin = 0.35 * (high - low)
    figure.update_xaxes(title_text="time", range=[time[0] - 1, time[-1] + 1])
    figure.update_yaxes(title_text=moment.series.label, range=[low - margin, high + margin])
    return drawing


def _caption(scene: SequenceScene, moment: SequenceMoment) -> str:
    del scene
    at_90 = int(np.argmin(np.abs(LEVELS - 0.9)))
    covered = 100.0 * moment.coverage(held_out=True)[at_90]
    return (
        "Dots: the series. Line and bands: the forecast of each value from those before it, its mean, and where half "
        f"and 90 % of the values should lie. Of the {moment.held_out} held-out values {covered:.0f} % lie in the 90 % "
        "band now."
    )


CHART = Chart(
    key="forecast",
    title="One step ahead",
    alt=lambda scene: (
        f"The series '{scene.moment.series.label}' as dots over time, with the mean and the 50 and 90 % bands of the "
        "forecast of each value; the held-out part is to the right of a dashed line."
    ),
    draw=_draw,
    caption=_caption,
    every_frame=True,
    dominant=True,
)
