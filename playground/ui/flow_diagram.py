"""The flow diagram on the page: parameters → sample → cost → gradient, with what carries the gradient in colour."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from playground.estimators import ESTIMATORS
from playground.flow import Edge, Flow, flow_of
from playground.ui.flow_controls import flow_config

WIDTH, MARGIN, BOX = 380, 6, 38
TOPS = {"parameter": 6, "x": 126, "noise": 126, "density": 126, "cost": 220, "gradient": 304}
SPANS = {"noise": (6, 68), "x": (92, 154), "density": (272, 102), "cost": (116, 106)}
LINE, LETTERS = 17, 11
# Middle tones, which stand out from a light and from a dark page alike; text takes the page's own colour.
CARRIES, OFF, IDLE = "#2B8CC4", "#D55E00", "#8A949E"
SCRIPT = "export default ({ data, parentElement }) => { parentElement.innerHTML = data.svg; };"

Place = tuple[float, float, float, float]
"""Left, top, width, height."""


def svg(flow: Flow) -> str:
    """The diagram: it scales down to a phone's width, and its letters follow the page's theme."""
    places = _places(flow)
    height = places["gradient"][1] + places["gradient"][3] + MARGIN
    parts = [_edge(edge, places, flow) for edge in flow.edges]
    parts += [_box(places[name], _came_back(flow, name), _tone(flow, name)) for name in flow.parameters]
    for key, label in flow.labels.items():
        if key != "gradient":
            mean = [f"mean {_short(flow.numbers[key])}"] if key in flow.numbers else []
            parts.append(_box(places[key], [label, *mean], CARRIES if _touched(flow, key) else IDLE))
    parts.append(_box(places["gradient"], _numbers(flow), OFF if flow.off else CARRIES, start=True))
    return (
        f'<svg viewBox="0 0 {WIDTH} {height:g}" role="img" aria-label="{escape(alt(flow))}" '
        'style="display:block;width:100%;max-width:560px;margin:auto;font-family:var(--st-font, sans-serif)">'
        f"{''.join(parts)}</svg>"
    )


def alt(flow: Flow) -> str:
    """The diagram in words."""
    labels = dict(flow.labels)
    ways = [f"{labels.get(edge.start, edge.start)} to {labels[edge.end]}" for edge in flow.edges if edge.carries]
    return f"The gradient comes back along: {'; '.join(ways)}. {' '.join(_numbers(flow)[1:])}"


def _places(flow: Flow) -> dict[str, Place]:
    each = (WIDTH - 2 * MARGIN) / len(flow.parameters)
    width = min(each - 4.0, 150.0)
    most = max(len(_came_back(flow, name)) for name in flow.parameters)
    places: dict[str, Place] = {
        name: (MARGIN + each * (i + 0.5) - width / 2.0, TOPS["parameter"], width, LINE * most + 10.0)
        for i, name in enumerate(flow.parameters)
    }
    for key in flow.labels:
        if key != "gradient":
            places[key] = (SPANS[key][0], TOPS[key], SPANS[key][1], BOX)
    places["gradient"] = (MARGIN, TOPS["gradient"], WIDTH - 2 * MARGIN, LINE * (len(flow.gradient) + 1) + 10.0)
    return places


def _came_back(flow: Flow, name: str) -> list[str]:
    """A parameter's name, and what came back along each of its edges."""
    edges = [edge for edge in flow.edges if edge.start == name and edge.carries]
    numbers = [f"{edge.word} {'' if edge.number is None else _short(edge.number)}".strip() for edge in edges]
    return [name, *(numbers or ["nothing"])]


def _numbers(flow: Flow) -> list[str]:
    lines = ["gradient: mean ± standard error, exact"]
    for element in flow.gradient:
        exact = "unknown" if element.exact != element.exact else _short(element.exact)
        lines.append(f"{element.name}: {_short(element.mean)} ± {element.standard_error:.2g}, exact {exact}")
    return lines


def _touched(flow: Flow, key: str) -> bool:
    return any(edge.carries and key in (edge.start, edge.end) for edge in flow.edges)


def _tone(flow: Flow, name: str) -> str:
    if not any(edge.carries and edge.start == name for edge in flow.edges):
        return IDLE
    return OFF if name in flow.off else CARRIES


def _box(place: Place, lines: Sequence[str], tone: str, start: bool = False) -> str:
    left, top, width, height = place
    middle = top + height / 2.0 - LINE * (len(lines) - 1) / 2.0
    x, anchor = (left + 10.0, "start") if start else (left + width / 2.0, "middle")
    texts = [
        f'<text x="{x:.1f}" y="{middle + LINE * i + 4.0:.1f}" text-anchor="{anchor}" font-size="{LETTERS + 1}" '
        f'fill="var(--st-text-color, currentColor)">{escape(line)}</text>'
        for i, line in enumerate(lines)
    ]
    frame = f'<rect x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" height="{height:.1f}" rx="6" fill="{tone}"'
    return f'{frame} fill-opacity="0.14" stroke="{tone}" stroke-width="1.6"/>{"".join(texts)}'


def _edge(edge: Edge, places: dict[str, Place], flow: Flow) -> str:
    tone = _tone(flow, edge.start) if edge.start in flow.parameters else CARRIES
    tone = tone if edge.carries else IDLE
    (left, top, width, height), (to_left, to_top, to_width, to_height) = places[edge.start], places[edge.end]
    center, middle = left + width / 2.0, to_left + to_width / 2.0
    if top == to_top:  # side by side
        start, end = (left + width, top + height / 2.0), (to_left, to_top + to_height / 2.0)
    elif edge.end == "gradient":  # into the wide box: straight down, past the cost where that lies between
        own = left + 10.0 if edge.start == "x" else center
        start, end = (own, top + height), (own, to_top)
    else:
        start, end = (center, top + height), (middle + 0.2 * (center - middle), to_top)
    style = f'stroke-width="{3.0 if edge.carries else 1.2}"' + ("" if edge.carries else ' stroke-dasharray="4 3"')
    line = (
        f'<line x1="{start[0]:.1f}" y1="{start[1]:.1f}" x2="{end[0]:.1f}" y2="{end[1]:.1f}" stroke="{tone}" {style} '
        f'data-edge="{escape(edge.start)}>{escape(edge.end)}" data-carries="{str(edge.carries).lower()}"/>'
    )
    number = "" if edge.number is None else _short(edge.number)
    text = " ".join(part for part in (edge.word, number) if part)
    if not text or edge.start in flow.parameters:  # whose numbers stand in their boxes: their edges may cross
        return line
    # A control's edge has the cost on its right, so its word stands on the left.
    before = edge.start == "x" and edge.end == "gradient"
    x, y = (start[0] + end[0]) / 2.0 + (-6.0 if before else 6.0), (start[1] + end[1]) / 2.0 + 4.0
    return (
        f'{line}<text x="{x:.1f}" y="{y:.1f}" font-size="{LETTERS}" text-anchor="{"end" if before else "start"}" '
        f'fill="var(--st-text-color, currentColor)" opacity="0.85">{escape(text)}</text>'
    )


def _short(value: float) -> str:
    return f"{value:.3g}".replace("-", "−")


@st.fragment
def flow_diagram() -> None:
    """The menus, the diagram and what it says."""
    left, right = st.columns([2, 3], gap="medium")
    with left:
        config = flow_config()
    if config is None:
        return
    flow = flow_of(config)
    with right:
        # Streamlit's own HTML drops pictures in it; a component draws them, in the page's colours.
        st.components.v2.component("playground_flow", js=SCRIPT)(key="flow:picture", data={"svg": svg(flow)})
        st.caption(
            "Blue: the gradient comes back along this edge. Orange: it does, and its mean is not the exact gradient. "
            "Dashed grey: nothing comes back. A path's number is the mean slope that came back along it, a score's the "
            "mean size of the score."
        )
    with left:
        estimator = ESTIMATORS[config.estimators[0]]
        st.markdown(f"**{estimator.label}**: ${estimator.latex}$. {estimator.story}")
        caution = estimator.caution(config.problem)
        if caution is None and not estimator.unbiased(config.problem):
            caution = "It is biased here: its mean is not the exact gradient, however many samples are drawn."
        if caution is not None:
            st.warning(caution)
