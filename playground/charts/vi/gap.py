"""What is left between the ELBO and the log evidence: KL(q ‖ p), exact, on a log axis."""

from collections.abc import Callable

import numpy as np

from playground.chart import Chart, Drawing, Lane, column
from playground.charts import theme
from playground.inference.scene import InferenceScene
from playground.inference.training import InferenceMoment

LEAST = 1e-6


def _gap(lane: Lane) -> Callable[[InferenceMoment], np.ndarray]:
    """KL(q ‖ p) [n]: below what a quadrature in steps resolves it is not drawn."""

    def read(moment: InferenceMoment) -> np.ndarray:
        gap = column("log_evidence")(moment) - column("elbo", lane.index)(moment)
        return np.where(gap > LEAST, gap, np.nan)

    return read


def _draw(scene: InferenceScene) -> Drawing:
    drawing = Drawing(theme.empty())
    for lane in scene.lanes:
        drawing.add_curve(theme.curve(lane, lane.label), None, _gap(lane))
    drawing.figure.update_xaxes(title_text="step")
    drawing.figure.update_yaxes(type="log", title_text="KL(q ‖ p), nats", exponentformat="power", nticks=4)
    drawing.expand.append("yaxis")
    return drawing


def _caption(scene: InferenceScene, moment: InferenceMoment) -> str:
    if not len(moment.history.step):
        return "How far each q is from the target: log evidence − ELBO, which is KL(q ‖ p)."
    gaps = {lane.label: moment.log_evidence - column("elbo", lane.index)(moment)[-1] for lane in scene.lanes}
    least = f"less than {theme.number(LEAST)}, which is not drawn"
    now = ", ".join(f"{label} {least if gap <= LEAST else theme.number(gap)}" for label, gap in gaps.items())
    return f"KL(q ‖ p) now: {now}. Where it stops falling, such a q can do no better, or its steps are too long."


CHART = Chart(
    key="gap",
    title="What is left: KL(q ‖ p)",
    alt=lambda scene: "Line chart over the steps, log axis: the gap between log evidence and ELBO of each objective.",
    draw=_draw,
    caption=_caption,
    order=2,
)
