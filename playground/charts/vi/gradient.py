"""Two elements of the gradient: their mean over the replicates against the exact value of the same bound."""

from playground.chart import Chart, Drawing, column
from playground.charts import theme
from playground.inference.scene import InferenceScene
from playground.inference.training import InferenceMoment
from playground.objectives import OBJECTIVES


def _draw(scene: InferenceScene) -> Drawing:
    drawing = Drawing(theme.named([f"∂{name}" for name in scene.config.show]))
    for element in range(2):
        for lane in scene.lanes:
            row = element + 1
            drawing.add_curve(theme.curve(lane, lane.label, opacity=0.8), row, column("mean", lane.index, element))
            exact = theme.truth(f"exact, {lane.label}")
            drawing.add_curve(exact, row, column("exact_gradient", lane.index, element))
    drawing.figure.update_xaxes(title_text="step", row=2, col=1)
    drawing.follow += ["yaxis", "yaxis2"]
    return drawing


def _caption(scene: InferenceScene, moment: InferenceMoment) -> str:
    del moment
    names = " and ".join(scene.config.show)
    count = scene.config.replicates
    text = f"The loss's gradient by {names}: in colour the mean of {count} replicates, grey the exact one."
    if any(OBJECTIVES[lane.key].goal_at(scene.config.samples) == "iwae" for lane in scene.lanes):
        text += " A bound of several samples has no exact one here."
    return text


CHART = Chart(
    key="gradient",
    title="Gradient against the exact one",
    alt=lambda scene: "Two line charts over the steps: mean gradient of two elements of φ, and the exact one in grey.",
    draw=_draw,
    caption=_caption,
    order=4,
)
