"""What rows of each kind must be: checked before a fit sees them, with the row and the column of what is wrong."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from playground.errors import InvalidInput

MOST_COLUMNS = 8
LARGEST_ANGLE = 1000.0
LARGEST_COUNT = 1_000_000
SUM_TOLERANCE = 1e-4


class Given(NamedTuple):
    """Rows on their way to a fit.

    Attributes:
      label: What messages call the data.
      columns: Names of the D columns.
      rows: [N, D] float64.
      place: What messages call the row of an index.
      total_count: The number of trials, for counts that have an upper end.
    """

    label: str
    columns: tuple[str, ...]
    rows: np.ndarray
    place: Callable[[int], str]
    total_count: int | None

    def refuse(self, wrong: np.ndarray, expected: str) -> None:
        """Raises about the first True of `wrong` [N, D], in the order of the rows."""
        if wrong.any():
            row, column = np.unravel_index(np.argmax(wrong), wrong.shape)
            where = f"'{self.label}', {self.place(int(row))}, column '{self.columns[column]}'"
            raise InvalidInput(f"{where}: got {self.rows[row, column]:.10g}, expected {expected}.")


def plane(given: Given) -> np.ndarray:
    """Real vectors of 1 to 8 elements."""
    _count_columns(given, 1, MOST_COLUMNS, "a density of real vectors")
    return given.rows


def circle(given: Given) -> np.ndarray:
    """One angle in radians, brought into (−π, π]."""
    _count_columns(given, 1, 1, "a density of angles")
    given.refuse(np.abs(given.rows) > LARGEST_ANGLE, f"an angle in radians within ±{LARGEST_ANGLE:g}")
    return np.pi - np.mod(np.pi - given.rows, 2.0 * np.pi)


def counts(given: Given) -> np.ndarray:
    """One count: 0, 1, 2, … and at most `total_count`, where there is one."""
    _count_columns(given, 1, 1, "a density of counts")
    most, total = LARGEST_COUNT, given.total_count
    if total is not None:
        if not 1 <= total <= LARGEST_COUNT:
            raise InvalidInput(f"The number of trials must be between 1 and {LARGEST_COUNT:,}, got {total}.")
        most = total
    expected = f"a whole number from 0 to {most:,}" + (", the number of trials" if total is not None else "")
    given.refuse((given.rows < 0) | (given.rows > most) | (given.rows != np.floor(given.rows)), expected)
    return given.rows


def simplex(given: Given) -> np.ndarray:
    """Positive parts that sum to 1: what rounding in the file took from the sum is given back."""
    _count_columns(given, 2, MOST_COLUMNS, "a density of shares")
    given.refuse(given.rows <= 0, "a share above 0, because its logarithm is taken")
    sums = given.rows.sum(axis=1)
    wrong = np.abs(sums - 1.0) > SUM_TOLERANCE
    if wrong.any():
        row = int(np.argmax(wrong))
        names = ", ".join(given.columns)
        got = f"{names} sum to {sums[row]:.6g}"
        raise InvalidInput(
            f"'{given.label}', {given.place(row)}: {got}, expected 1 within {SUM_TOLERANCE:g}: "
            "divide each row by its sum."
        )
    return given.rows / sums[:, None]


CHECKS: dict[str, Callable[[Given], np.ndarray]] = {
    "plane": plane,
    "circle": circle,
    "counts": counts,
    "simplex": simplex,
}
"""By kind: finite rows → the rows that a fit sees, or `InvalidInput`."""


def _count_columns(given: Given, least: int, most: int, what: str) -> None:
    if not least <= len(given.columns) <= most:
        expected = f"{least} column" + ("" if least == 1 else "s") if least == most else f"{least} to {most} columns"
        raise InvalidInput(f"'{given.label}': {what} takes {expected}, got {len(given.columns)}: choose among them.")
