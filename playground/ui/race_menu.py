"""A box for each that may race: those that cannot run stand below the others, greyed, with their reasons."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st


def race_menu(
    plugins: Mapping[str, Any],
    reasons: Mapping[str, str | None],
    racing: Sequence[str],
    most: int,
    key: str,
    notes: list[str],
    label: Callable[[str], str],
) -> list[str]:
    """Shows the boxes.

    Args:
      plugins: All there are, by key, each with a `label` and a `story`.
      reasons: For each key why it cannot run, or None.
      racing: The keys of those that race now.
      most: How many may race.
      key: What the boxes' own keys begin with.
      notes: A sentence is added for each that was chosen and cannot run.
      label: What a box is called, by key.

    Returns:
      The keys of those that race from now on, in the order of the configuration: the first one leads.
    """
    boxes = {name: f"{key}:{name}" for name in plugins}
    wanted = [name for name in plugins if st.session_state.get(boxes[name], name in racing)]
    notes += [f"{plugins[name].label} was set aside. {reasons[name]}" for name in wanted if reasons[name] is not None]
    chosen = [name for name in wanted if reasons[name] is None][:most]
    if not chosen:
        chosen = [next(name for name, reason in reasons.items() if reason is None)]

    def box(name: str) -> None:
        full = len(chosen) >= most and name not in chosen
        st.session_state[boxes[name]] = name in chosen
        st.checkbox(
            label(name),
            key=boxes[name],
            disabled=reasons[name] is not None or full or chosen == [name],
            help=reasons[name] or (f"At most {most} race at once." if full else plugins[name].story),
        )

    greyed = [name for name in plugins if reasons[name] is not None]
    for name in plugins:
        if name not in greyed:
            box(name)
    if greyed:
        with st.expander(f"{len(greyed)} more cannot run here, and why"):
            for name in greyed:
                box(name)
                st.caption(str(reasons[name]))
    return [name for name in racing if name in chosen] + [name for name in chosen if name not in racing]
