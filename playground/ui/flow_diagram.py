"""The flow diagram on the page: parameters → sample → cost → gradient, with what carries the gradient in colour."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from playground.config import Config
from playground.costs import COSTS
from playground.errors import InvalidInput
from playground.estimator import Draw
from playground.estimators import ESTIMATORS
from playground.expectation import why_undefined
from playground.families import FAMILIES
from playground.flow import Edge, Flow, flow_of
from playground.problem import Problem
from playground.ui.fields import menu

WIDTH, MARGIN, BOX = 380, 6, 38
TOPS = {"parameter": 6, "x": 116, "noise": 116, "density": 116, "cost": 218, "gradient": 304}
SPANS = {"noise": (6, 68), "x": (92, 154), "density": (272, 102), "cost": (92, 154)}
LINE, LETTERS = 17, 11
# Middle tones, which stand out from a light and from a dark page alike; text takes the page's own colour.
CARRIES, OFF, IDLE = "#2B8CC4", "#D55E00", "#8A949E"
SAMPLES, REPLICATES = 16, 2000
SCRIPT = "export default ({ data, parentElement }) => { parentElement.innerHTML = data.svg; };"

Place = tuple[float, float, float, float]
"""Left, top, width, height."""


def svg(flow: Flow) -> str:
    """The diagram: it scales down to a phone's width, and its letters follow the page's theme."""
    places = _places(flow)
    height = places["gradient"][1] + places["gradient"][3] + MARGIN
    parts = [_edge(edge, places, flow) for edge in flow.edges]
    parts += [_box(places[name], [name], _tone(flow, name)) for name in flow.parameters]
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
    places: dict[str, Place] = {
        name: (MARGIN + each * (i + 0.5) - width / 2.0, TOPS["parameter"], width, 26.0)
        for i, name in enumerate(flow.parameters)
    }
    for key in flow.labels:
        if key != "gradient":
            places[key] = (SPANS[key][0], TOPS[key], SPANS[key][1], BOX)
    places["gradient"] = (MARGIN, TOPS["gradient"], WIDTH - 2 * MARGIN, LINE * (len(flow.gradient) + 1) + 10.0)
    return places


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
    if edge.end == "density" and edge.start == "x" or edge.start == "noise":
        start, end = (left + width, top + height / 2.0), (to_left, to_top + to_height / 2.0)
        words = (0.0, -6.0)
    else:
        # Down, and to the middle of what is below: an edge into the wide gradient box falls straight.
        middle = to_left + to_width / 2.0
        below = left + width / 2.0 if edge.end == "gradient" else middle + 0.2 * (left + width / 2.0 - middle)
        if edge.start == "x" and edge.end == "gradient":
            below, left = left + 16.0 - width / 2.0 + width / 2.0, left + 16.0 - width / 2.0
        start, end = (left + width / 2.0, top + height), (below, to_top)
        words = (4.0, 0.0)
    style = f'stroke-width="{3.0 if edge.carries else 1.2}"' + ("" if edge.carries else ' stroke-dasharray="4 3"')
    line = (
        f'<line x1="{start[0]:.1f}" y1="{start[1]:.1f}" x2="{end[0]:.1f}" y2="{end[1]:.1f}" stroke="{tone}" {style} '
        f'data-edge="{escape(edge.start)}>{escape(edge.end)}" data-carries="{str(edge.carries).lower()}"/>'
    )
    number = "" if edge.number is None else _short(edge.number)
    text = " ".join(part for part in (edge.word, number) if part)
    if not text:
        return line
    # Labels of edges that start side by side sit near their start, where they are apart.
    share = 0.3 if edge.start in flow.parameters else 0.55
    x, y = (a + share * (b - a) + shift for a, b, shift in zip(start, end, words, strict=True))
    anchor = "middle" if words[0] == 0.0 else "start"
    return (
        f'{line}<text x="{x:.1f}" y="{y:.1f}" font-size="{LETTERS - 1}" text-anchor="{anchor}" '
        f'fill="var(--st-text-color, currentColor)" opacity="0.85">{escape(text)}</text>'
    )


def _short(value: float) -> str:
    return f"{value:.3g}".replace("-", "−")


@st.fragment
def flow_diagram() -> None:
    """The menus, the diagram and what it says."""
    left, right = st.columns([2, 3], gap="medium")
    with left:
        config = _config()
    if config is None:
        return
    flow = flow_of(config)
    with right:
        # Streamlit's own HTML drops pictures in it; a component draws them, in the page's colours.
        st.components.v2.component("playground_flow", js=SCRIPT)(key="flow:picture", data={"svg": svg(flow)})
        st.caption(
            "Blue: the gradient comes back along this edge. Orange: it does, and its mean is not the exact gradient. "
            "Dashed grey: nothing comes back. Numbers beside edges are what came back there, on average."
        )
    with left:
        estimator = ESTIMATORS[config.estimators[0]]
        st.markdown(f"**{estimator.label}**: ${estimator.latex}$. {estimator.story}")
        caution = estimator.caution(config.problem)
        if caution:
            st.warning(caution)


def _config() -> Config | None:
    """The menus; None, with the reason on the page, where nothing can run."""
    address = st.query_params
    family = FAMILIES[
        menu("Family", list(FAMILIES), address.get("family", "normal"), "flow:family", lambda key: FAMILIES[key].label)
    ]
    costs = [key for key, cost in COSTS.items() if why_undefined(Problem.at_defaults(family, cost)) is None]
    cost = COSTS[menu("Cost f(x)", costs, address.get("cost", "quadratic"), "flow:cost", lambda key: COSTS[key].label)]
    problem, draw = Problem.at_defaults(family, cost), Draw(SAMPLES, REPLICATES)
    reasons = {key: estimator.why_not(problem, draw) for key, estimator in ESTIMATORS.items()}
    able = [key for key, reason in reasons.items() if reason is None]
    wanted = address.get("estimator", "pathwise")
    estimator = menu("Estimator", able, wanted, "flow:estimator", lambda key: ESTIMATORS[key].label)
    if wanted in reasons and wanted not in able:
        st.caption(f"{ESTIMATORS[wanted].label} is left out. {reasons[wanted]}")
    address["family"], address["cost"], address["estimator"] = family.key, cost.key, estimator
    try:
        return Config.create(
            family=family.key, cost=cost.key, estimators=(estimator,), samples=SAMPLES, replicates=REPLICATES
        )
    except InvalidInput as error:
        st.error(str(error))
        return None
