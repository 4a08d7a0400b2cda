"""The live board on a Streamlit page: mounts the component, and feeds it itself where the routes cannot be reached.

Normally nothing here runs per frame: the component opens the WebSocket of `playground.live.routes` and Python hears of
events only. Where that fails the component says so once (`no_route`), and the same board is fed through its data by a
fragment, twice a second, with whole frames instead of news.
"""

import base64
import re
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from playground.errors import InvalidInput
from playground.live.assets import addresses, parcel
from playground.live.frame import encode, encode_figures
from playground.live.source import Source

Event = Mapping[str, Any]
"""`name` ("new_seed", "speed", "gone"), `value`, and `id`, which counts up while the page is open."""

REFRESH_SECONDS = 0.5

_HERE = Path(__file__).parent
_BOOTSTRAP = (_HERE / "bootstrap.js").read_text(encoding="utf-8")
_PARCEL = (_HERE / "parcel.js").read_text(encoding="utf-8")


def board(
    run_id: str,
    find: Callable[[str], Source | None],
    *,
    key: str = "board",
    seed: int | None = None,
    name: str = "gradient-playground",
    drop: Sequence[str] = ("run",),
    on_event: Callable[[Event], None] | None = None,
) -> None:
    """Shows the board of a run. With the same `key` a script rerun keeps it: same charts, same zoom, same connection.

    Args:
      run_id: The run to follow. When it changes, the board moves over to the new run.
      find: As given to `playground.live.routes.routes`.
      key: Of the component, and of what is kept in the session.
      seed: Shown until the first frame brings its own.
      name: What pictures are called when they are saved.
      drop: Query parameters that a shared link goes without.
      on_event: Called, before the script reruns, when the learner asks for a new seed (`new_seed`), when a speed was
        chosen (`speed`; the run knows already), and when play, step or reset is pressed on a run that has ended
        (`gone`, with what was pressed).
    """
    source = find(run_id)
    data = {
        "run_id": run_id,
        "base_path": _base_path(),
        "files": addresses(),
        "seed": seed,
        "name": name,
        "exports": {} if source is None else dict(source.exports),
        "drop": list(drop),
    }
    if st.query_params.get("route") == "off" or st.session_state.get(f"{key}:no_route"):
        _feed(run_id, find, key, data, on_event)
        _component("playground_parcel", _PARCEL)(key=f"{key}:parcel", data=parcel())
        return

    def hear() -> None:
        event = st.session_state[key].event
        if event and event["name"] == "no_route":
            st.session_state[f"{key}:no_route"] = True
        elif event and on_event is not None:
            on_event(event)

    _component("playground_board", _BOOTSTRAP)(key=key, data=data, on_event_change=hear)


def _component(name: str, script: str) -> Any:
    # Declared on each run: a declaration belongs to the Streamlit server that is up, and repeating it costs nothing.
    return st.components.v2.component(name, js=script, isolate_styles=False)


def _base_path() -> str:
    path = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{path}" if path else ""


@st.fragment(run_every=REFRESH_SECONDS)
def _feed(
    run_id: str,
    find: Callable[[str], Source | None],
    key: str,
    data: Mapping[str, Any],
    on_event: Callable[[Event], None] | None,
) -> None:
    """One refresh of the board where there is no WebSocket."""
    kept = st.session_state.setdefault(f"{key}:feed", {})
    if kept.get("run_id") != run_id:
        kept.clear()
        kept["run_id"] = run_id
    if kept.pop("rerun", False):
        st.rerun()
    source = find(run_id)
    news = {"ended": True} if source is None else _whole_frame(source, kept)
    said = {name: kept.get(name) for name in ("download", "refused")}

    def hear() -> None:
        event = st.session_state[f"{key}:fed"].event
        if event and not _serve(event, find(run_id), kept):
            kept["rerun"] = True
            if on_event is not None:
                on_event(event)

    _component("playground_board", _BOOTSTRAP)(
        key=f"{key}:fed", data={**data, "fallback": {**news, **said}}, on_event_change=hear
    )


def component_chunks() -> list[str]:
    """The modules of Streamlit's page that show a component, which it fetches only when there is one to show.

    Relative to the app's base; none where a version of Streamlit calls them otherwise.
    """
    static = Path(st.__file__).parent / "static"
    page, modules = (static / "index.html").read_text(encoding="utf-8"), static / "static" / "js"
    found = [chunk.name for chunk in modules.glob("BidiComponent.*.js")]
    for name in found:  # grows with what its members import
        imported = re.findall(r'from"\./([\w.-]+\.js)"', (modules / name).read_text(encoding="utf-8"))
        found += [other for other in imported if other not in page and other not in found]
    return [f"static/js/{name}" for name in found]


def _whole_frame(source: Source, kept: MutableMapping[str, Any]) -> dict[str, Any]:
    """All there is to draw. Figures are repeated until the browser says that it has them."""
    source.touch()
    generation = source.generation
    if kept.get("generation") != generation:
        text = encode_figures(generation, source.figures())
        kept.update(generation=generation, figures=text, cursor=None, frame=None, seq=None)
    if source.frame(kept["cursor"]) is not None:
        whole = source.frame(None)
        if whole is not None:
            header, arrays, kept["cursor"] = whole
            kept.update(frame=base64.b64encode(encode(header, arrays)).decode("ascii"), seq=header["seq"])
    figures = None if kept.get("shown") == generation else kept["figures"]
    return {"generation": generation, "figures": figures, "frame": kept["frame"], "seq": kept["seq"]}


def _serve(event: Event, source: Source | None, kept: MutableMapping[str, Any]) -> bool:
    """Does what a WebSocket or a route would have done; returns False for what the page must hear of."""
    name, value = event["name"], event["value"]
    if name == "figures":
        kept["shown"] = value
    elif source is not None and name == "command":
        try:
            source.command(value["command"], value["value"])
        except InvalidInput as error:
            kept["refused"] = str(error)
    elif source is not None and name == "export":
        filename, media_type, content = source.export(value)
        text = base64.b64encode(content).decode("ascii")
        kept["download"] = {"id": event["id"], "filename": filename, "media_type": media_type, "content": text}
    else:
        return name in ("command", "export")
    return True
