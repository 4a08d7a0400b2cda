"""E[f] at each estimator's θ over the steps, exact, against the best value there is."""

from playground.chart import Chart, Drawing, Scene, column, last
from playground.charts import theme
from playground.training.snapshot import Snapshot


def _draw(scene: Scene) -> Drawing:
    drawing = Drawing(theme.empty())
    best = scene.snapshot.landscape.best
    drawing.add_curve(theme.truth("optimum"), None, lambda snapshot: 0.0 * snapshot.history.step + best)
    for lane in scene.lanes:
        drawing.add_curve(theme.curve(lane, lane.label), None, column("exact_cost", lane.index))
    drawing.figure.update_yaxes(title_text="E[f]")
    drawing.figure.update_xaxes(title_text="step")
    drawing.expand.append("yaxis")
    return drawing


def _caption(scene: Scene, snapshot: Snapshot) -> str:
    word = "highest" if scene.config.maximize else "lowest"
    best = f"{word} in the menus' ranges {theme.number(scene.snapshot.landscape.best)} (grey)."
    if not len(snapshot.history.step):
        return f"The exact expected cost at each estimator's θ; {best}"
    now = ", ".join(f"{lane.label} {theme.number(last(snapshot, 'exact_cost', lane.index))}" for lane in scene.lanes)
    return f"Exact E[f] now: {now}; {best}"


CHART = Chart(
    key="expected_cost",
    title="Expected cost and its optimum",
    alt=lambda scene: "Line chart over the steps: exact expected cost by estimator, with the optimum in grey.",
    draw=_draw,
    caption=_caption,
    order=3,
)
