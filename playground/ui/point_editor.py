"""A small field of labelled points that a learner drags, adds and removes, by mouse, touch or keyboard."""

from pathlib import Path
from typing import Any

import streamlit as st

_HERE = Path(__file__).parent
_SCRIPT = (_HERE / "point_editor.js").read_text(encoding="utf-8")
_STYLE = (_HERE / "point_editor.css").read_text(encoding="utf-8")


def point_editor(points: list[list[float]], epoch: int, key: str) -> Any:
    """Shows the points and returns them as the learner has left them: what a browser sends, yet to be validated.

    Args:
      points: [x, y, class] each, within ±3 and class 0 or 1.
      epoch: When it changes, `points` replace what the learner sees.
      key: Of the component.
    """
    component = st.components.v2.component("playground_points", js=_SCRIPT, css=_STYLE)
    result: Any = component(
        key=f"{key}:{epoch}",
        data={"points": points, "epoch": epoch},
        default={"points": points},
        on_points_change=lambda: None,
    )
    return result.points
