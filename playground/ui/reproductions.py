"""The published results on a page: claim, panels, checks, and what does not come out."""

import difflib
import re
import threading
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from playground.charts.theme import empty, number
from playground.config import Config
from playground.reproduction import checkpoint, shipped
from playground.reproduction.figure import colours, traces
from playground.reproduction.reproduction import Check, Panel, Pieces, Reproduction, Result
from playground.reproduction.run import csv_of, json_of
from playground.reproductions import REPRODUCTIONS
from playground.ui.fields import menu
from playground.ui.links import play_link

HEIGHT, LEGEND_LINE = 300, 19
ROWS_SHOWN = 9
COLUMNS = {
    "what": st.column_config.TextColumn("What", width=260),
    "expected": st.column_config.TextColumn("Expected", width="small"),
    "measured": st.column_config.TextColumn("Measured", width="small"),
    "tolerance": st.column_config.TextColumn("Tolerance", width="small"),
    "holds": st.column_config.TextColumn("Holds", width="small"),
    "reason": st.column_config.TextColumn("Why this tolerance", width=300),
}

_turn = threading.Lock()
_quick: dict[str, Result] = {}
"""Seeds are fixed: what one visitor has run is the same for the next."""


def reproductions() -> None:
    """The whole page."""
    st.markdown("##### Do the papers' figures come out?")
    _overview()
    reproduction = _chosen()
    st.subheader(reproduction.label)
    st.markdown(f"**The claim.** {_escaped(reproduction.claim)}")
    st.caption(reproduction.source)
    about = shipped.summary(reproduction.key)
    if about is None:
        st.info("Not computed yet: run the command below, which takes minutes, or the quick version.")
    else:
        with st.spinner("Integrating what is exact …"):
            result = shipped.result(reproduction)
        assert result is not None, "both files are shipped, or none; a test asserts it"
        _whole(reproduction, result, about)
    st.markdown("**The command that makes it**, with its figure, its table and every point:")
    st.code(f"python -m playground reproduce {reproduction.key}", language="sh")
    _quick_version(reproduction)


def _overview() -> None:
    found = {key: shipped.summary(key) for key in REPRODUCTIONS}
    checks = [check for each in found.values() if each is not None for check in each["checks"]]
    done = [key for key, each in found.items() if each is not None]
    held = sum(check["holds"] for check in checks)
    differing = [REPRODUCTIONS[key].label for key in done if (found[key] or {})["differences"]]
    st.markdown(
        f"{len(done)} of {len(REPRODUCTIONS)} published results were run again, to the end: "
        f"**{held} of {len(checks)} checks hold.** A check compares a number that is published, or follows "
        "from what is, with the one measured here, within a tolerance that has a reason. What was published or noted "
        f"and does not come out is no check, but a sentence with its numbers: see {_list(differing)}."
    )


def _chosen() -> Reproduction:
    wanted = st.query_params.get("name", next(iter(REPRODUCTIONS)))
    if wanted not in REPRODUCTIONS:
        near = difflib.get_close_matches(wanted[:60], REPRODUCTIONS, n=1, cutoff=0.0)[0]
        st.warning(f"`name` in the address: unknown result {wanted[:60]!r}, expected one such as '{near}', shown here.")
        wanted = near
    key = menu("Result", list(REPRODUCTIONS), wanted, f"reproductions:{wanted}", _word)
    st.query_params["name"] = key
    return REPRODUCTIONS[key]


def _word(key: str) -> str:
    about = shipped.summary(key)
    if about is None:
        return f"{REPRODUCTIONS[key].label}: not computed yet"
    held, away = sum(check["holds"] for check in about["checks"]), len(about["differences"])
    said = f"{REPRODUCTIONS[key].label}: {held} of {len(about['checks'])} checks hold"
    return said + (f", and what differs ({away})" if away else "")


def _whole(reproduction: Reproduction, result: Result, about: dict[str, Any]) -> None:
    """What a complete run found: differences, panels, notes, checks, files."""
    if result.differences:
        st.warning("**What does not reproduce, or differs**\n" + _bullets(result.differences), icon=":material/report:")
    _panels(reproduction.key, result.panels)
    if result.notes:
        st.markdown("**What else comes out**\n" + _bullets(result.notes))
    held = sum(check.holds for check in result.checks)
    st.markdown(f"**Expected against measured**: {held} of {len(result.checks)} hold.")
    _table(result.checks, f"reproductions:checks:{reproduction.key}")
    versions = ", ".join(f"{name} {text}" for name, text in about["versions"].items())
    st.caption(f"Computed on {about['date']} with {versions}; all steps, replicates and settings, seeds fixed.")
    if about["versions"] != checkpoint.versions():
        here = ", ".join(f"{name} {text}" for name, text in checkpoint.versions().items())
        st.warning(f"Here {here} are installed: the command below says whether the numbers still hold.")
    head = {name: about[name] for name in ("reproduction", "quick", "versions", "date")}
    with st.container(horizontal=True):
        _download("Checks (JSON)", json_of(reproduction, result, head), f"{reproduction.key}.json", "application/json")
        _download("Curves (CSV)", csv_of(result), f"{reproduction.key}.csv", "text/csv")


def _download(label: str, text: str, name: str, kind: str) -> None:
    st.download_button(
        label, text, name, kind, key=f"reproductions:{name}", on_click="ignore", icon=":material/download:"
    )


def _panels(key: str, panels: tuple[Panel, ...]) -> None:
    """Two side by side where there is room, each with its way into Play."""
    color = colours(panels)
    for first in range(0, len(panels), 2):
        for column, panel in zip(st.columns(2, gap="medium"), panels[first : first + 2], strict=False):
            with column:
                place = f"{key}:{panels.index(panel)}"
                st.markdown(f"**{_escaped(panel.title)}**")
                key_of_chart, options = f"reproductions:{place}", {"displaylogo": False}
                st.plotly_chart(figure(panel, color), key=key_of_chart, config=options, alt=in_words(panel))
                _way_into_play(panel, place)


def _way_into_play(panel: Panel, place: str) -> None:
    if panel.play is None:
        st.caption(f"Not in Play: {panel.about_play}")
        return
    link = play_link(Config.from_mapping(panel.play))
    st.link_button("Open in Play", link, key=f"reproductions:play:{place}", icon=":material/play_circle:")
    if panel.about_play:
        st.caption(_escaped(panel.about_play))


def in_words(panel: Panel) -> str:
    """What a panel shows, for those who cannot see it."""
    names = ", ".join(dict.fromkeys(line.name for line in panel.lines))
    return f"{panel.title}: {panel.y_title} over {panel.x_title}, for {names}."


def figure(panel: Panel, color: dict[str, str]) -> go.Figure:
    """One panel with its legend below; the colours are those of all panels together."""
    drawn = empty()
    for trace in traces(panel, color, set()):
        drawn.add_trace(trace)
    names = {line.name for line in panel.lines}
    below = LEGEND_LINE * -(-sum(len(name) + 8 for name in names) // 60)
    drawn.update_xaxes(title_text=panel.x_title, type="log" if panel.log_x else "linear")
    drawn.update_yaxes(
        title_text=panel.y_title, type="log" if panel.log_y else "linear", exponentformat="power", title_standoff=8
    )
    return drawn.update_layout(
        height=HEIGHT + below,
        margin={"l": 62, "r": 10, "t": 6, "b": 48 + below},
        showlegend=True,
        legend={"orientation": "h", "y": 0, "yref": "container", "yanchor": "bottom", "x": 0, "font_size": 11},
    )


def _table(checks: tuple[Check, ...], key: str) -> None:
    rows = [
        {
            "what": check.what,
            "expected": f"{'' if check.relation == '=' else check.relation + ' '}{number(check.expected, 6)}",
            "measured": number(check.measured, 6),
            "tolerance": number(check.tolerance) if check.tolerance else "none",
            "holds": "yes" if check.holds else "no",
            "reason": check.reason,
        }
        for check in checks
    ]
    height = 35 * (min(len(rows), ROWS_SHOWN) + 1) + 3
    st.dataframe(rows, column_config=COLUMNS, hide_index=True, width="stretch", height=height, key=key)


def _quick_version(reproduction: Reproduction) -> None:
    """A button that runs the quick version, piece by piece; another click anywhere stops it after the piece."""
    pressed = st.button(
        "Run the quick version now",
        key=f"reproductions:quick:{reproduction.key}",
        icon=":material/bolt:",
        help="The same code with fewer steps, replicates and settings, and the tolerances that follow: it takes from "
        "some seconds to half a minute of this server, one visitor after the other.",
    )
    if pressed and reproduction.key not in _quick:
        bar = st.progress(0.0, "Waiting for its turn …")
        with _turn:
            found: Pieces = {}
            todo = reproduction.pieces(True)
            for place, piece in enumerate(todo):
                bar.progress(place / len(todo), f"{place} of {len(todo)}: {piece.key}")
                found = {**found, piece.key: piece.run()}
            _quick[reproduction.key] = reproduction.conclude(found, True)
        bar.empty()
    own = _quick.get(reproduction.key)
    if own is not None:
        held = sum(check.holds for check in own.checks)
        st.markdown(f"**The quick version, run on this server**: {held} of {len(own.checks)} checks hold.")
        _table(own.checks, f"reproductions:quick-checks:{reproduction.key}")


def _bullets(sentences: tuple[str, ...]) -> str:
    return "\n".join(f"- {_escaped(sentence)}" for sentence in sentences)


def _list(words: list[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words) or "none of them"


def _escaped(text: str) -> str:
    """As it is, with minus signs: what Markdown would take for a formula, for emphasis or for a tag is escaped."""
    text = re.sub(r"(?<!\w)-(?=\d)", "−", text)
    return "".join(f"\\{letter}" if letter in "\\*_$[]`<>#~|" else letter for letter in text)
