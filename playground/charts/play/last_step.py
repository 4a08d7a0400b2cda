"""The last step's samples: how many of them are drawn, and what became of them in words, with their numbers."""

from playground.chart import Scene, column, last
from playground.charts import theme
from playground.training.snapshot import Snapshot

SLOW = 2.0
"""Steps a second at which there is time to read what each step does."""

MOST_SAMPLES = 128
"""Drawn in one chart: more of them cannot be told apart, and a browser takes long to draw them."""


def drawn(snapshot: Snapshot) -> int:
    """How many samples of each estimator are drawn at the most."""
    return MOST_SAMPLES // max(1, len(snapshot.points))


def how_many(snapshot: Snapshot) -> str:
    """Which samples are drawn, in brackets for a caption; "" where all are."""
    most = max(map(len, snapshot.points), default=0)
    return f" (the first {drawn(snapshot)} of {most})" if most > drawn(snapshot) else ""


def estimates(scene: Scene, snapshot: Snapshot) -> str:
    """What each estimator made of the last step's terms, and the exact gradient, for the first element in view."""
    index = scene.focus[0]
    means = ", ".join(
        f"{lane.label} {theme.number(float(snapshot.terms[lane.index][:, index].mean()))}" for lane in scene.lanes
    )
    return f"{means}; exact {theme.number(last(snapshot, 'exact_gradient', 0, index))} (grey)"


def stages(scene: Scene, snapshot: Snapshot, samples: str, costs: str) -> str:
    """How the gradient came through the samples, stage by stage.

    Args:
      samples, costs: The marks that stand for them in this chart.
    """
    way = "uphill" if scene.config.maximize else "downhill"
    return (
        f"① Draw x: {samples}{how_many(snapshot)}. ② Ask f there: {costs}. "
        f"③ What each adds to ∂{scene.names[0]}: the dots below. "
        f"④ Average: {estimates(scene, snapshot)}. ⑤ A step {way}{_moves(scene, snapshot)}."
    )


def _moves(scene: Scene, snapshot: Snapshot) -> str:
    """Where the last step led each estimator from and to: known while the history keeps each step."""
    index, history = scene.focus[0], snapshot.history
    if not len(history.step) or history.step[-1] != snapshot.step - 1:
        return ""
    lanes = scene.lanes if scene.config.mode == "race" else scene.lanes[:1]
    pairs = ((column("theta", lane.index, index)(snapshot)[-1], snapshot.theta[lane.index, index]) for lane in lanes)
    moves = "; ".join(f"{theme.number(float(before), 4)} → {theme.number(float(now), 4)}" for before, now in pairs)
    return f": {scene.names[0]} {moves}"
