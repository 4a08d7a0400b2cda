"""The dominant panel of the zoo: the model's density now over the data (or the target), samples and components."""

from typing import Any

import numpy as np
import plotly.graph_objects as go

from playground.chart import TRUTH, Chart, Drawing
from playground.charts import contours, theme
from playground.fitting.moment import FitMoment
from playground.fitting.scene import MODEL, FitScene, color_of, ellipse

BINS = 48


def _draw(scene: FitScene) -> Drawing:
    return _draw_plane(scene) if scene.flat else _draw_line(scene)


def _draw_plane(scene: FitScene) -> Drawing:
    drawing, moment, (first, second) = Drawing(theme.empty()), scene.moment, scene.config.show
    x, y = moment.axes
    if moment.target_density is not None:
        drawing.add(contours.ground(x, y, moment.target_density, "target density"))
    drawing.add(
        contours.lines(x, y, MODEL, "model's density", "model"), z=lambda moment: contours.heights(_log(moment.density))
    )
    if len(moment.rows):
        drawing.add(_data(moment.rows[:, first], moment.rows[:, second], scene), **_colours(scene))
    drawing.add(
        go.Scatter(
            x=[], y=[], mode="markers", name="draws from the model", legendgroup="draws",
            marker={"color": TRUTH, "size": 4, "symbol": "x-thin-open", "opacity": 0.7, "line": {"width": 1}},
        ),
        x=lambda moment: moment.samples[:, first],
        y=lambda moment: moment.samples[:, second],
    )  # fmt: skip
    if moment.components is not None:
        for index in range(len(moment.components.weights)):
            _add_ellipse(drawing, index, (first, second))
    drawing.figure.update_xaxes(title_text=scene.names[first], range=[x[0], x[-1]])
    drawing.figure.update_yaxes(title_text=scene.names[second], range=[y[0], y[-1]])
    return drawing


def _log(density: np.ndarray) -> np.ndarray:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log(density)


def _data(x: np.ndarray, y: np.ndarray, scene: FitScene) -> go.Scatter:
    count = scene.components
    colours = [color_of(index) for index in range(count)] if count > 1 else [TRUTH]
    scale = [[edge / len(colours), c] for i, c in enumerate(colours) for edge in (i, i + 1)]
    marker = {"size": 5, "opacity": 0.55, "colorscale": scale, "cmin": -0.5, "cmax": len(colours) - 0.5}
    marker |= {"color": np.zeros(len(x)), "showscale": False}
    return go.Scatter(
        x=x, y=y, mode="markers", name="data", legendgroup="data", marker=marker,
        hovertemplate="%{x:.3g}, %{y:.3g}<extra>data</extra>",
    )  # fmt: skip


def _colours(scene: FitScene) -> dict[str, Any]:
    """Each row in the colour of the component that it is likeliest from."""
    if scene.components < 2:
        return {}
    return {"marker.color": lambda moment: np.argmax(moment.responsibilities, axis=1).astype(np.float32)}


def _add_ellipse(drawing: Drawing, index: int, pair: tuple[int, int]) -> None:
    """Two standard deviations around a component's mean, as wide a line as its weight."""

    def curve(moment: FitMoment) -> np.ndarray:
        assert moment.components is not None
        covariance = moment.components.covariance[index][np.ix_(pair, pair)]
        return ellipse(moment.components.loc[index, list(pair)], covariance)

    name = f"component {index + 1}"
    line = {"color": color_of(index), "width": 2.4}
    drawing.add(
        go.Scatter(x=[], y=[], mode="lines", name=name, legendgroup=name, line=line, hoverinfo="name"),
        x=lambda moment: curve(moment)[0],
        y=lambda moment: curve(moment)[1],
    )


def _draw_line(scene: FitScene) -> Drawing:
    drawing, moment = Drawing(theme.empty()), scene.moment
    axis, discrete = moment.axes[0], scene.learnable.kind == "counts"
    element = scene.config.show[0]
    if len(moment.rows):
        drawing.add(_histogram(moment.rows[:, element], axis, discrete))
    if moment.target_density is not None:
        mode = "lines+markers" if discrete else "lines"
        drawing.add(
            go.Scatter(x=axis, y=moment.target_density, mode=mode, name="target density", legendgroup="target",
                       line={"color": TRUTH, "width": 3})
        )  # fmt: skip
    drawing.add(
        go.Scatter(
            x=axis, y=[], mode="lines+markers" if discrete else "lines", name="model's density", legendgroup="model",
            line={"color": MODEL, "width": 2.6, "shape": "hvh" if discrete else "linear"}, marker={"size": 4},
        ),
        y=lambda moment: moment.density,
    )  # fmt: skip
    drawing.add(
        go.Scatter(
            x=[], y=[], mode="markers", name="draws from the model", legendgroup="draws",
            marker={"color": MODEL, "symbol": "line-ns-open", "size": 8, "opacity": 0.5, "line": {"width": 1}},
        ),
        x=lambda moment: moment.samples[:200, element],
        y=lambda moment: np.zeros(200),
    )  # fmt: skip
    if moment.components is not None:
        for index in range(len(moment.components.weights)):
            _add_place(drawing, index)
    drawing.figure.update_xaxes(title_text=scene.names[element], range=[axis[0] - 0.5 * discrete, axis[-1]])
    drawing.figure.update_yaxes(title_text="mass" if discrete else "density", rangemode="tozero")
    drawing.follow.append("yaxis")
    return drawing


def _histogram(values: np.ndarray, axis: np.ndarray, discrete: bool) -> go.Bar:
    edges = np.append(axis, axis[-1] + 1) - 0.5 if discrete else np.linspace(axis[0], axis[-1], BINS + 1)
    heights, _ = np.histogram(values, bins=edges, density=True)
    return go.Bar(
        x=0.5 * (edges[1:] + edges[:-1]), y=heights, width=np.diff(edges), name="data", legendgroup="data",
        marker={"color": TRUTH, "opacity": 0.35}, hovertemplate="%{x:.3g}: %{y:.3g}<extra>data</extra>",
    )  # fmt: skip


def _add_place(drawing: Drawing, index: int) -> None:
    """A line at a component's location, as tall as its share of the peak."""

    def height(moment: FitMoment) -> np.ndarray:
        assert moment.components is not None
        return np.array([0.0, float(moment.components.weights[index] * np.nanmax(moment.density))])

    name = f"component {index + 1}"
    drawing.add(
        go.Scatter(x=[], y=[], mode="lines", name=name, legendgroup=name, line={"color": color_of(index), "width": 3}),
        x=lambda moment: np.repeat(moment.components.loc[index, 0], 2),
        y=height,
    )


def _caption(scene: FitScene, moment: FitMoment) -> str:
    model = (
        "Blue lines: the model's density, each lower by a factor of e. "
        if scene.flat
        else "Blue: the model's density. "
    )
    if scene.target is not None:
        parts = [model, "Grey: the target. "]
    elif scene.components > 1 and scene.flat:
        parts = [model, "Dots: data, in the colour of the component they are likeliest from. "]
    else:
        parts = [model, "Dots: data. " if scene.flat else "Grey bars: data. "]
    if moment.components is not None and scene.flat:
        parts.append("Ellipses: two standard deviations of each component. ")
    elif moment.components is not None:
        parts.append("Upright lines: the components, as tall as their weight. ")
    parts.append("Crosses: draws from the model." if scene.flat else "Ticks: draws from the model.")
    return "".join(parts)


CHART = Chart(
    key="density",
    title="The model, and what it learns from",
    alt=lambda scene: (
        f"The density of {scene.learnable.label} now, with "
        f"{'the target density' if scene.target is not None else 'the data'}, its components and draws from it."
    ),
    draw=_draw,
    caption=_caption,
    every_frame=True,
    dominant=True,
)
