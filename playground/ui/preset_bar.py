"""The row of presets: small pictures with one line each, as one component that scrolls sideways where it is narrow."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

_HERE = Path(__file__).parent
_SCRIPT = (_HERE / "preset_bar.js").read_text(encoding="utf-8")
_STYLE = (_HERE / "preset_bar.css").read_text(encoding="utf-8")


def preset_bar(page: str, presets: Sequence[Any], picture: Callable[[Any], str], chosen: Callable[[Any], None]) -> None:
    """Shows all presets of a page; calls `chosen`, before the script reruns, with the one that was clicked.

    Args:
      page: The page's key.
      presets: Each with `key`, `title`, `story`, `config` and `failure`.
      picture: A configuration → a small SVG.
      chosen: Takes one of the presets.
    """
    key = f"{page}:presets"

    def hear() -> None:
        wanted = st.session_state[key].chosen
        for preset in presets:
            if preset.key == wanted:
                chosen(preset)

    data = [
        {
            "key": preset.key,
            "title": preset.title,
            "story": preset.story,
            "failure": preset.failure,
            "picture": picture(preset.config),
        }
        for preset in presets
    ]
    component = st.components.v2.component("playground_presets", js=_SCRIPT, css=_STYLE)
    component(key=key, data={"presets": data}, on_chosen_change=hear)
