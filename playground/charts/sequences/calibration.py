"""Calibration: what share of the values lies within the band that should hold a given share."""

import numpy as np
import plotly.graph_objects as go

from playground.chart import COLORS, TRUTH, Chart, Drawing
from playground.charts import theme
from playground.sequences.moment import LEVELS, SequenceMoment, SequenceScene

CHANCE = 2.0


def _draw(scene: SequenceScene) -> Drawing:
    drawing, count = Drawing(theme.empty()), scene.moment.held_out
    error = CHANCE * np.sqrt(LEVELS * (1.0 - LEVELS) / count)
    ends = np.concatenate([LEVELS + error, (LEVELS - error)[::-1]])
    drawing.add(
        go.Scatter(x=np.concatenate([LEVELS, LEVELS[::-1]]), y=np.clip(ends, 0.0, 1.0), mode="lines", fill="toself",
                   line={"width": 0}, fillcolor="rgba(138, 143, 152, 0.2)", name="by chance", legendgroup="chance",
                   hoverinfo="skip")
    )  # fmt: skip
    drawing.add(theme.truth("as it should be").update(x=[0.0, 1.0], y=[0.0, 1.0]))
    best = scene.moment.best_coverage()
    if best is not None:
        line = theme.truth("the best Normal", line={"color": TRUTH, "dash": "dash"}, legendgroup="best")
        drawing.add(line.update(x=[0.0, *LEVELS, 1.0], y=[0.0, *best, 1.0]))
    for held_out, name, color, dash in (
        (False, "training values", COLORS[0], "solid"),
        (True, "held-out values", COLORS[1], "dash"),
    ):
        trace = theme.plain(name, "holdout" if held_out else "train", {"color": color, "dash": dash, "width": 2})
        drawing.add(
            trace.update(x=np.concatenate([[0.0], LEVELS, [1.0]])),
            y=lambda moment, held_out=held_out: np.concatenate([[0.0], moment.coverage(held_out), [1.0]]),
        )
    drawing.figure.update_xaxes(title_text="band should hold", range=[0, 1], tickformat=".0%")
    drawing.figure.update_yaxes(title_text="band holds", range=[0, 1], tickformat=".0%")
    return drawing


def _caption(scene: SequenceScene, moment: SequenceMoment) -> str:
    del scene
    middle = len(LEVELS) // 2
    share = 100.0 * moment.coverage(held_out=True)[middle]
    best = moment.best_coverage()
    apart = moment.coverage(held_out=True) - (LEVELS if best is None else best)
    error = CHANCE * np.sqrt(LEVELS * (1.0 - LEVELS) / moment.held_out)
    line = "diagonal" if best is None else "grey line"
    verdict = "The bands are about right."
    if np.mean(apart < -error) > 0.5:
        verdict = f"Below the {line}: the bands are too narrow, it is too sure."
    elif np.mean(apart > error) > 0.5:
        verdict = f"Above the {line}: the bands are wider than they need to be."
    elif best is not None and np.mean(np.abs(best - LEVELS) > error) > 0.5:
        verdict = f"No Normal can be right here: even the best one holds {100.0 * best[middle]:.0f} % (dashed grey)."
    return (
        f"The band for half of the values holds {share:.0f} % of the {moment.held_out} held-out ones. {verdict} "
        f"Grey area: {CHANCE:g} standard errors of as many independent values."
    )


CHART = Chart(
    key="calibration",
    title="Calibration",
    alt=lambda scene: (
        "Line chart: the share of values that lie in the central band, over the share that should, for training and "
        "held-out values; the diagonal is right."
    ),
    draw=_draw,
    caption=_caption,
    order=3,
)
