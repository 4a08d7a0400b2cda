"""The exact ELBO of each approximation over the steps, with the log evidence that it cannot pass."""

from playground.chart import Chart, Drawing, column, last
from playground.charts import theme
from playground.inference.scene import InferenceScene
from playground.inference.training import InferenceMoment
from playground.objectives import OBJECTIVES


def _draw(scene: InferenceScene) -> Drawing:
    drawing = Drawing(theme.empty())
    drawing.add_curve(theme.truth("log evidence"), None, column("log_evidence"))
    for lane in scene.lanes:
        if OBJECTIVES[lane.key].goal == "forward":
            continue  # it estimates another quantity
        estimate = theme.curve(lane, f"as estimated, {lane.label}", opacity=0.35, line={"width": 1}, showlegend=False)
        drawing.add_curve(estimate, None, column("bound", lane.index))
    for lane in scene.lanes:
        drawing.add_curve(theme.curve(lane, lane.label), None, column("elbo", lane.index))
    drawing.figure.update_xaxes(title_text="step")
    drawing.figure.update_yaxes(title_text="ELBO, nats")
    drawing.follow.append("yaxis")
    return drawing


def _caption(scene: InferenceScene, moment: InferenceMoment) -> str:
    evidence = theme.number(moment.log_evidence)
    if not len(moment.history.step):
        return f"The evidence lower bound of each q. The grey line, log evidence {evidence}, is the most it can be."
    now = ", ".join(f"{lane.label} {theme.number(last(moment, 'elbo', lane.index))}" for lane in scene.lanes)
    return f"Exact ELBO now: {now}; at most {evidence} (grey). Faint: the bound as the step's own draws see it."


CHART = Chart(
    key="elbo",
    title="ELBO and log evidence",
    alt=lambda scene: "Line chart over the steps: the exact ELBO of each approximation, with the log evidence in grey.",
    draw=_draw,
    caption=_caption,
    order=1,
)
