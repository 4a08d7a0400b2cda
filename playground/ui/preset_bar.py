"""The row of presets: small pictures with one line each, as one component that scrolls sideways where it is narrow."""

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from playground.presets import PRESETS, Preset
from playground.ui.thumbnails import thumbnail

_HERE = Path(__file__).parent
_SCRIPT = (_HERE / "preset_bar.js").read_text(encoding="utf-8")
_STYLE = (_HERE / "preset_bar.css").read_text(encoding="utf-8")


def preset_bar(chosen: Callable[[Preset], None]) -> None:
    """Shows all presets; calls `chosen`, before the script reruns, with the one that was clicked."""

    def hear() -> None:
        key = st.session_state["presets"].chosen
        for preset in PRESETS:
            if preset.key == key:
                chosen(preset)

    data = [
        {
            "key": preset.key,
            "title": preset.title,
            "story": preset.story,
            "failure": preset.failure,
            "picture": thumbnail(preset.config),
        }
        for preset in PRESETS
    ]
    component = st.components.v2.component("playground_presets", js=_SCRIPT, css=_STYLE)
    component(key="presets", data={"presets": data}, on_chosen_change=hear)
