"""The data of a regression: points that are dragged about, or come from a learner's file."""

from typing import Any, NamedTuple

import streamlit as st

from playground.data.labelled import labelled
from playground.data.table import Table, read_table
from playground.errors import InvalidInput
from playground.points import MOST, OVERLAPPING, Points
from playground.ui import fields
from playground.ui.point_editor import point_editor

LOADED = "points:loaded"


class _Loaded(NamedTuple):
    """Points out of a file.

    Attributes:
      epoch, number: The controls' epoch that they belong to, and how many files there were before.
      points, words: What `labelled` has made of the file.
    """

    epoch: int
    number: int
    points: Points
    words: str


def points_controls(points: Points, epoch: int) -> Any:
    """Shows the editor of points and the place for a file.

    Args:
      points: As they are; none for some to begin with.
      epoch: When it changes, `points` replace what was shown.

    Returns:
      The points as the learner has left them, plain values yet to be validated.
    """
    loaded: _Loaded | None = st.session_state.get(LOADED)
    if loaded is not None and loaded.epoch != epoch:
        loaded = None
    number = 0 if loaded is None else loaded.number
    shown = loaded.points if loaded is not None else points or OVERLAPPING
    st.caption("Its data: when a point moves, the run goes on from where it is.")
    given = point_editor([list(point) for point in shown], epoch, f"points:{number}")
    if loaded is not None:
        st.caption(loaded.words)
    with st.expander("Points from a file"):
        _file(epoch, number)
    return given


def _file(epoch: int, number: int) -> None:
    file = st.file_uploader(
        "CSV or Parquet with x, y and a class",
        type=["csv", "tsv", "txt", "parquet", "pq"],
        key=f"{epoch}:points:file",
        help=f"Two numeric columns and one of 0 and 1, at most 10 MB; {MOST} rows are taken. It is not kept on a disk.",
    )
    if file is None:
        return
    try:
        table = read_table(file.name, file.getvalue())
        if len(table.numeric) < 3:
            raise InvalidInput(
                f"'{table.label}' has {len(table.numeric)} numeric columns, expected x, y and a class of 0 or 1."
            )
        x, y, label = _columns(table, f"{epoch}:{table.digest}")
        found = labelled(table, x, y, label)
    except InvalidInput as error:
        st.error(str(error))
        return

    def take() -> None:
        st.session_state[LOADED] = _Loaded(epoch, number + 1, found.points, found.words)

    st.button(f"Use these {len(found.points)} points", on_click=take, key=f"{epoch}:points:take", width="stretch")
    st.caption(found.words)


def _columns(table: Table, key: str) -> tuple[str, str, str]:
    """x, y and the class: to begin with, the class is the last column that holds 0 and 1 alone."""
    names = list(table.numeric)
    classes = [name for name in names if set(table.rows([name]).ravel()) <= {0.0, 1.0}]
    label = classes[-1] if classes else names[-1]
    first, second = [name for name in names if name != label][:2]
    columns = st.columns(3)
    for column, word, value in zip(columns, ("x", "y", "class"), (first, second, label), strict=True):
        with column:
            fields.menu(word, names, value, f"{key}:{word}")
    return tuple(st.session_state[f"{key}:{word}"] for word in ("x", "y", "class"))
