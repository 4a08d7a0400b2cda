"""The atlas: families × estimators, coloured by how much more each varies than the best unbiased one of its family."""

from collections.abc import Callable

import numpy as np
import plotly.graph_objects as go

from playground.chart import Chart, Drawing, to_begin
from playground.charts import theme
from playground.estimators import ESTIMATORS
from playground.families import FAMILIES
from playground.lab.links import play_address
from playground.lab.plan import tasks
from playground.lab.scene import LabScene
from playground.lab.training import LabMoment
from playground.sweeps.atlas import Cell
from playground.sweeps.task import Task

# From the best by way of nothing much to ten thousand times as much: blue and orange, which all eyes tell apart.
SHADES = [[0.0, "#08306b"], [0.2, "#0072B2"], [0.45, "#f6e3b4"], [0.7, "#E69F00"], [1.0, "#8f2d00"]]
LOW, HIGH = -1.0, 4.0
CANNOT, HATCH = "rgba(138, 143, 152, 0.16)", "rgba(138, 143, 152, 0.7)"
STILL = "#009E73"


def _draw(scene: LabScene) -> Drawing:
    drawing = Drawing(theme.empty())
    families, estimators = list(FAMILIES.values()), list(ESTIMATORS.values())
    planned = {(task.family, task.estimator): task for task in map(_Planned, tasks(scene.config))}
    pairs = [[planned[family.key, estimator.key] for estimator in estimators] for family in families]
    x, y = np.arange(len(estimators)), np.arange(len(families))
    words = [[_words(cell) for cell in line] for line in pairs]
    plain = {"x": x, "y": y, "z": [], "showscale": False, "xgap": 1, "ygap": 1, "text": words}
    for name, color, read in (("cannot run", CANNOT, _cannot), ("no variance at all", STILL, _still)):
        drawing.add(
            go.Heatmap(**plain, colorscale=[[0.0, color], [1.0, color]], zmin=0.0, zmax=1.0, name=name,
                       customdata=[[cell.link for cell in line] for line in pairs],
                       hovertemplate=f"%{{text}}<extra>{name}</extra>"),
            z=_grid(read),
        )  # fmt: skip
    drawing.add(
        go.Heatmap(**{**plain, "showscale": True}, colorscale=SHADES, zmin=LOW, zmax=HIGH, name="variance",
                   customdata=[[cell.link for cell in line] for line in pairs],
                   colorbar={"title": {"text": "× best", "side": "top"}, "thickness": 10, "tickfont": {"size": 9},
                             "tickvals": [0, 1, 2, 3, 4], "ticktext": ["1", "10", "100", "10³", "10⁴"], "xpad": 4},
                   hovertemplate="%{text}<br>10^%{z:.2f} times the least variance<extra></extra>"),
        z=_grid(_relative),
    )  # fmt: skip
    for name, marker, wanted in (
        ("cannot run", {"size": 7, "color": HATCH, "symbol": "line-ne-open"}, lambda cell: cell.reason is not None),
        ("biased", {"size": 5, "color": "#CC79A7", "symbol": "circle"}, lambda cell: cell.biased),
    ):
        marked = [(i, j) for j, line in enumerate(pairs) for i, cell in enumerate(line) if wanted(cell)]
        drawing.add(
            go.Scatter(x=[i for i, _ in marked], y=[j for _, j in marked], mode="markers", hoverinfo="skip",
                       name=name, legendgroup=name, marker=marker)
        )  # fmt: skip
    small = {"showgrid": False, "tickfont_size": 9, "ticks": ""}
    drawing.figure.update_xaxes(
        tickvals=x, ticktext=[_short(e.label) for e in estimators], tickangle=-60, side="bottom",
        range=[-0.5, len(x) - 0.5], **small
    )  # fmt: skip
    drawing.figure.update_yaxes(
        tickvals=y, ticktext=[f.label for f in families], range=[len(y) - 0.5, -0.5], **small, nticks=len(families)
    )
    drawing.figure.update_layout(margin={"l": 60, "r": 4, "t": 4, "b": 60})
    return drawing


class _Planned:
    """A cell before it is measured: its keys, why it cannot run, whether it is biased, and its link to Play."""

    def __init__(self, task: Task) -> None:
        config = task.config()
        self.family, self.estimator = config.family, task.estimator
        plugin = ESTIMATORS[self.estimator]
        self.reason = plugin.why_not(config.problem, config.draw)
        self.biased = self.reason is None and not plugin.unbiased(config.problem)
        self.link = play_address(task, runs=True) if self.reason is None else None


def _words(cell: _Planned) -> str:
    head = f"<b>{FAMILIES[cell.family].label}</b>, {ESTIMATORS[cell.estimator].label}"
    if cell.reason is not None:
        return f"{head}<br>{_folded(cell.reason)}"
    return f"{head}{' (biased)' if cell.biased else ''}<br>press to open in Play"


def _folded(sentence: str, width: int = 48) -> str:
    """A sentence in lines, so that a phone has room for it."""
    lines = [""]
    for word in sentence.split():
        if len(lines[-1]) + len(word) > width:
            lines.append("")
        lines[-1] += f" {word}" if lines[-1] else word
    return "<br>".join(lines)


def _short(label: str) -> str:
    return label.replace("score function", "score")


def _grid(read: Callable[[Cell], float]) -> Callable[[LabMoment], np.ndarray]:
    """The cells measured so far, row by row; NaN where there is none yet."""

    def flat(moment: LabMoment) -> np.ndarray:
        columns = list(ESTIMATORS)
        found = np.full((len(FAMILIES), len(columns)), np.nan)
        places = {key: index for index, key in enumerate(FAMILIES)}
        for cell in moment.cells:
            found[places[cell.family], columns.index(cell.estimator)] = read(cell)
        return found.ravel()

    return flat


def _relative(cell: Cell) -> float:
    return np.nan if cell.relative is None else cell.relative


def _cannot(cell: Cell) -> float:
    return 1.0 if cell.relative is None and not cell.noiseless else np.nan


def _still(cell: Cell) -> float:
    return 1.0 if cell.noiseless else np.nan


def _caption(scene: LabScene, moment: LabMoment) -> str:
    ran = [cell for cell in moment.cells if cell.row.ran]
    cost, settings = scene.config.cost, f"K = {scene.config.samples}, R = {scene.config.replicates}"
    text = (
        f"How many times the variance of the best unbiased estimator of its family, at the cost {cost} and {settings}. "
        "Grey, hatched: cannot run, hover for why. Green: no variance. Dot: biased."
    )
    if not ran:
        return f"{text} {to_begin(moment)}"
    worst = max(ran, key=lambda cell: cell.relative or 0.0)
    if not worst.relative:
        return text
    return (
        f"{text} Widest gap: {ESTIMATORS[worst.estimator].label} on {FAMILIES[worst.family].label}, "
        f"{theme.number(10.0**worst.relative)} times."
    )


CHART = Chart(
    key="atlas",
    title="Every family, every estimator",
    alt=lambda scene: (
        f"Heat map of {len(FAMILIES)} families by {len(ESTIMATORS)} estimators: variance relative to the best unbiased "
        f"estimator of the family, at the cost {scene.config.cost}."
    ),
    draw=_draw,
    caption=_caption,
    every_frame=True,
    dominant=True,
    applies=lambda scene: scene.config.view == "atlas",
)
