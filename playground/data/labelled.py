"""Points of two classes out of a learner's table: two columns brought into a square, one that holds 0 and 1."""

from typing import NamedTuple

import numpy as np

from playground.data.table import Table
from playground.errors import InvalidInput
from playground.points import LEAST, MOST, REACH, Points, points_of

ROOM = 0.999  # So that rounding leaves no point outside.


class Labelled(NamedTuple):
    """What became of a table.

    Attributes:
      points: At most `playground.points.MOST`.
      words: How its columns were standardised and which rows were taken, in sentences.
    """

    points: Points
    words: str


def labelled(table: Table, x: str, y: str, label: str) -> Labelled:
    """The rows of a table as points.

    Each of the columns x and y has its mean taken away and is divided by its standard deviation, or by more where a
    row would lie beyond the square. Of more rows than there is room for, as many as there is are taken evenly.

    Raises:
      InvalidInput: If a column cannot be used so, or there are too few rows.
    """
    rows = table.rows([x, y, label])
    if len(rows) < LEAST:
        raise InvalidInput(f"'{table.label}' has {len(rows)} row, expected at least {LEAST}.")
    odd = np.flatnonzero(~np.isin(rows[:, 2], (0.0, 1.0)))
    if len(odd):
        got = f"{rows[odd[0], 2]:g} in {table.place(int(odd[0]))}"
        raise InvalidInput(f"'{table.label}': column '{label}' must hold the classes 0 and 1 alone, got {got}.")
    taken = np.unique(np.linspace(0, len(rows) - 1, min(MOST, len(rows))).round().astype(int))
    words, places = [], []
    for name, values in zip((x, y), rows.T, strict=False):
        center = values.mean()
        scale = max(values.std(), np.abs(values[taken] - center).max() / (ROOM * REACH))
        if not scale > 1e-12 * abs(center):
            raise InvalidInput(f"'{table.label}': column '{name}' is {center:g} in every row, expected it to vary.")
        places.append((values[taken] - center) / scale)
        words.append(f"({name} − {center:.4g}) / {scale:.4g}")
    points = points_of(np.column_stack([*places, rows[taken, 2]]).tolist())
    which = f"all {len(rows)} rows" if len(taken) == len(rows) else f"{len(taken)} of {len(rows):,} rows, evenly spaced"
    return Labelled(points, f"x = {words[0]}, y = {words[1]}; {which}.")
