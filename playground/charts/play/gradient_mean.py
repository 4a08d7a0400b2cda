"""The mean gradient over the replicates against the exact gradient: what lies between them is bias (or noise)."""

import numpy as np

from playground.chart import Chart, Drawing, Scene, column, last, to_begin
from playground.charts import theme
from playground.estimators import ESTIMATORS
from playground.training.snapshot import Snapshot


def _draw(scene: Scene) -> Drawing:
    drawing = Drawing(theme.named([f"∂{name}" for name in scene.names]))
    for row, index in enumerate(scene.focus, start=1):
        for lane in scene.lanes:
            drawing.add_curve(theme.curve(lane, lane.label), row, column("mean", lane.index, index))
        for lane in scene.lanes:
            exact = theme.truth(f"exact, at the θ of {lane.label}")
            drawing.add_curve(exact, row, column("exact_gradient", lane.index, index))
        drawing.figure.update_yaxes(row=row, col=1, zeroline=True)
        drawing.expand.append("yaxis" if row == 1 else f"yaxis{row}")
    drawing.figure.update_xaxes(title_text="step", row=len(scene.focus), col=1)
    return drawing


def _caption(scene: Scene, snapshot: Snapshot) -> str:
    if not len(snapshot.history.step):
        return f"The mean over the replicates in colour, the exact gradient in grey. {to_begin(snapshot)}"
    index, name, parts = scene.focus[0], scene.names[0], []
    for lane in scene.lanes:
        mean, exact, variance = (
            column(key, lane.index, index)(snapshot) for key in ("mean", "exact_gradient", "variance")
        )
        # Averaged over the second half of what is kept: one step's mean is still mostly noise.
        half = slice(len(mean) // 2, None)
        gap = float(np.mean((mean - exact)[half]))
        error = float(np.sqrt(np.mean(variance[half]) / scene.config.replicates / max(1, len(mean[half]))))
        claim = "" if ESTIMATORS[lane.key].unbiased(scene.problem) else " (biased)"
        spread = f" ± {theme.number(error)}" if np.isfinite(gap) else ""
        parts.append(f"{lane.label}{claim} {theme.number(gap)}{spread}")
    now = theme.number(last(snapshot, "exact_gradient", 0, index))
    return f"Exact ∂{name} now {now} (grey). Mean minus exact: {'; '.join(parts)}."


CHART = Chart(
    key="gradient_mean",
    title="Gradient mean and the exact gradient",
    alt=lambda scene: (
        f"Line chart over the steps: mean gradient of {' and '.join(scene.names)} by estimator, with the "
        "exact gradient in grey. A lasting gap is bias."
    ),
    draw=_draw,
    caption=_caption,
    order=2,
)
