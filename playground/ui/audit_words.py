"""The audit on the page: a table to search, and behind each row its evidence and the code that makes it."""

import functools
from collections import Counter
from typing import Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from playground.audit import store
from playground.audit.audit import VERDICTS, versions
from playground.audit.judge import FALSE_ALARM
from playground.audit.replay import Replay, replay, script
from playground.charts.theme import empty, number
from playground.ui.in_address import asked_all, keep

# The surprising ones first.
TONES = {"wrong": "#D55E00", "partial": "#E69F00", "unusable": "#8B6FC0", "absent": "#8A949E", "flows": "#2B8CC4"}
COLUMNS = ("verdict", "distribution", "parameter", "declared", "tape", "mean", "exact", "standard_error", "z")
BARS = 60


@functools.cache
def shipped() -> tuple[dict[str, Any], tuple[dict[str, Any], ...]]:
    """What the shipped rows are of, and the rows, the surprising ones first."""
    about, rows = store.load(store.SHIPPED)
    return about, tuple(sorted(rows, key=lambda row: list(TONES).index(row["verdict"])))


@st.fragment
def audit_table() -> None:
    """The whole tab."""
    about, rows = shipped()
    _introduction(about, rows)
    find = st.text_input(
        "Search",
        st.query_params.get("find", ""),
        key="audit:find",
        placeholder="a distribution, a parameter, a verdict",
    )
    st.query_params["find"] = find
    counts = Counter(row["verdict"] for row in rows)
    pills = st.pills(
        "Verdicts",
        list(TONES),
        selection_mode="multi",
        default=asked_all("verdicts", TONES),
        key="audit:verdicts",
        format_func=lambda verdict: f"{verdict} {counts[verdict]}",
        help="  \n".join(f"**{verdict}**: {words}." for verdict, words in VERDICTS.items()),
    )
    keep("verdicts", pills)
    chosen = pills or list(TONES)
    found = [row for row in rows if row["verdict"] in chosen and _holds(row, find)]
    if not found:
        of = f"None of the rows that are {' or '.join(pills)} holds" if pills else "No row holds"
        st.info(f"{of} “{find}”. There are {len(rows)} rows; a search for part of a name finds them.")
        return
    picked = st.dataframe(
        [{name: _cell(row, name) for name in COLUMNS} for row in found],
        hide_index=True,
        width="stretch",
        height=330,
        on_select="rerun",
        selection_mode="single-row",
        key=f"audit:table:{find}:{','.join(chosen)}",
    )
    names = [name_of(row) for row in found]
    place = picked["selection"]["rows"]
    asked = st.query_params.get("row", names[0])
    wanted = names[place[0]] if place else asked
    if asked not in map(name_of, rows):
        st.warning(
            f"`row` in the address cannot be used: no row is called {asked[:60]!r}. The first one is shown instead."
        )
    index = names.index(wanted) if wanted in names else 0
    name = st.selectbox("Evidence for", names, index, key=f"audit:row:{wanted}:{len(names)}")
    st.query_params["row"] = name
    _evidence(found[names.index(name)], about)


def name_of(row: dict[str, Any]) -> str:
    """What a row is called: its distribution and its parameter."""
    return f"{row['distribution']}.{row['parameter']}"


def _holds(row: dict[str, Any], find: str) -> bool:
    text = " ".join(str(row[name]) for name in ("distribution", "parameter", "declared", "tape", "verdict")).lower()
    return all(word in text for word in find.lower().split())


def _cell(row: dict[str, Any], name: str) -> Any:
    if name == "declared":
        return "fully" if row["declared"].startswith("FULLY") else "not"
    if name == "parameter":
        return row["parameter"] + row["element"]
    value = row[name]
    return float(f"{value:.4g}") if isinstance(value, float) else value


def _introduction(about: dict[str, Any], rows: tuple[dict[str, Any], ...]) -> None:
    wrong = dict.fromkeys(row["distribution"] for row in rows if row["verdict"] == "wrong")
    st.markdown(
        f"Each parameter of each distribution of TensorFlow Probability, {len(rows)} rows: what the tape returns "
        "through `sample` for a smooth bounded cost, against the exact gradient, which is found by quadrature or by "
        f"adding up, without a sample. **Wrong, though declared fully reparameterized: {', '.join(wrong)}.**"
    )
    tests = sum(row["tests"] for row in rows if row["tape"] == "value")
    what = ", ".join(f"{name} {text}" for name, text in about["versions"].items())
    st.caption(
        f"The rows are of {what}, seed {about['seed']}, made by `python -m playground audit`. A mean is called wrong "
        "beyond 5 standard errors and 2 % of the exact gradient, and once more so with other random numbers: by "
        f"noise alone one of the {tests} tests fails with a probability of {tests * FALSE_ALARM:.0e}."
    )
    name = "tensorflow-probability"
    if about["versions"].get(name) != versions()[name]:
        st.warning(f"Here {name} {versions()[name]} is installed: run a row to see whether its verdict still holds.")


def _evidence(row: dict[str, Any], about: dict[str, Any]) -> None:
    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown(_sentence(row))
        key = f"audit:replay:{name_of(row)}"
        if st.button("Run this row now", key="audit:run", help=f"{row['draws'] or 50_000:,} draws made the verdict."):
            with st.spinner("Drawing, and integrating …"):
                st.session_state["audit:replay"] = (key, replay(row))
        found = st.session_state.get("audit:replay", ("", None))
        own: Replay | None = found[1] if found[0] == key else None
        if own is not None and own.gradients is None:
            st.markdown(f"→ The tape returned `None` again; the exact gradient is {number(own.exact)}.")
        elif own is not None and own.gradients is not None:
            st.plotly_chart(histogram(own, TONES[row["verdict"]]), key="audit:histogram")
            st.caption(_replayed(own))
        elif row["mean"] is not None:
            st.plotly_chart(interval(row), key="audit:interval")
            st.caption("The mean with 5 standard errors to either side; the dotted line is the exact gradient.")
    with right:
        st.markdown("**The code that does it**")
        st.code(script(row), language="python")


def _sentence(row: dict[str, Any]) -> str:
    where = ", ".join(f"{name} = {value}" for name, value in row["point"].items())
    what = f"∂E[f]/∂{row['parameter']}{row['element']}"
    head = f"**{row['distribution']}** at {where}, for f = `{row['cost']}`: exactly, {what} = {number(row['exact'])}. "
    if row["tape"] == "None":
        return head + f"The tape returns None. Verdict: **{row['verdict']}**, {VERDICTS[row['verdict']]}."
    if row["tape"] == "zero":
        return head + "The tape returns 0 for every draw. Verdict: **absent**."
    off = "" if row["z"] is None else f", {number(abs(row['z']))} standard errors off"
    tail = f"The tape's mean over {row['draws']:,} draws is {number(row['mean'])}{off}. Verdict: **{row['verdict']}**"
    if row["verdict"] == "unusable" and row["draws_needed"]:
        tail += f": {row['draws_needed']:.1e} draws would be needed for 5 standard errors to be a quarter of it"
    return head + tail + "."


def _replayed(found: Replay) -> str:
    assert found.gradients is not None
    error = found.gradients.std(ddof=1) / np.sqrt(len(found.gradients))
    return (
        f"Drawn just now: {len(found.gradients):,} gradients, mean {number(float(found.gradients.mean()))} ± "
        f"{error:.2g} (solid), exact {number(found.exact)} (dotted). The outermost hundredths are left out."
    )


def interval(row: dict[str, Any]) -> go.Figure:
    """The mean ± 5 standard errors beside the exact value."""
    figure = empty()
    reach = {"type": "data", "array": [5.0 * row["standard_error"]], "thickness": 2}
    marker = {"color": TONES[row["verdict"]], "size": 11}
    figure.add_trace(go.Scatter(x=[row["mean"]], y=["tape"], error_x=reach, marker=marker, mode="markers", name="tape"))
    figure.add_vline(row["exact"], line={"color": "#8A949E", "dash": "dot", "width": 2})
    span = max(abs(row["mean"] - row["exact"]), 6.0 * row["standard_error"], 0.05 * abs(row["exact"]))
    middle = (row["mean"] + row["exact"]) / 2.0
    figure.update_xaxes(range=[middle - 1.2 * span, middle + 1.2 * span])
    return figure.update_layout(height=150)


def histogram(found: Replay, color: str) -> go.Figure:
    """A draw's own gradients, with their mean and the exact value."""
    assert found.gradients is not None
    finite = found.gradients[np.isfinite(found.gradients)]
    low, high = np.quantile(finite, [0.01, 0.99])
    heights, edges = np.histogram(finite, bins=BARS, range=(low, high) if high > low else (low - 0.5, low + 0.5))
    figure = empty()
    figure.add_trace(go.Bar(x=(edges[1:] + edges[:-1]) / 2.0, y=heights, marker_color=color, opacity=0.6, name="draws"))
    figure.add_vline(float(finite.mean()), line={"color": color, "width": 2.5})
    figure.add_vline(found.exact, line={"color": "#8A949E", "dash": "dot", "width": 2.5})
    return figure.update_layout(height=240, bargap=0.05)
