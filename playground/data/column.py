"""One column of a table, the limits of both file formats, and how they report what they find."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from playground.errors import InvalidInput

MOST_ROWS = 100_000
MOST_COLUMNS = 50
LONGEST_NAME = 100
LONGEST_SHOWN = 30
LARGEST = 1e100
"""Beyond it squares and their sums leave float64."""


@dataclass(frozen=True, eq=False)
class Column:
    """One column.

    Attributes:
      name: As the file has it.
      values: [N], float64, finite, read-only; None where there is a problem.
      problem: One sentence on why it cannot be used, which names the file, the row and the column; or None.
    """

    name: str
    values: np.ndarray | None
    problem: str | None

    def __post_init__(self) -> None:
        if self.values is not None:
            self.values.flags.writeable = False


class Parsed(NamedTuple):
    """What a file was found to hold.

    Attributes:
      columns: In the file's order.
      rows: N.
      lines: See `Table.lines`.
    """

    columns: tuple[Column, ...]
    rows: int
    lines: np.ndarray | None


def check_names(label: str, names: list[str]) -> list[str]:
    """Column names without space around them; those that are blank become "column 1", … by their place."""
    if not names:
        raise empty(label)
    if len(names) > MOST_COLUMNS:
        raise InvalidInput(
            f"'{label}' has {len(names):,} columns, expected at most {MOST_COLUMNS}: leave out what you do not need."
        )
    named = [" ".join(name.split()) or f"column {index}" for index, name in enumerate(names, 1)]
    for index, name in enumerate(named, 1):
        if len(name) > LONGEST_NAME:
            raise InvalidInput(
                f"'{label}': the name of column {index} has {len(name):,} characters, expected at most {LONGEST_NAME} "
                "and the names of the columns on the first line."
            )
    return named


def empty(label: str) -> InvalidInput:
    """The refusal of a file that holds nothing."""
    return InvalidInput(f"'{label}' is empty: expected a CSV or Parquet file with column names and rows of numbers.")


def too_many_rows(label: str, rows: int | None = None) -> InvalidInput:
    """The refusal of a long table."""
    count = f"more than {MOST_ROWS:,}" if rows is None else f"{rows:,}"
    return InvalidInput(f"'{label}' has {count} rows, expected at most {MOST_ROWS:,}: keep a random part of them.")


def shown(cell: str) -> str:
    """A cell as a message quotes it, cut where it is long."""
    text = "".join(character if character.isprintable() else "?" for character in cell)
    return f"'{text[:LONGEST_SHOWN]}…'" if len(text) > LONGEST_SHOWN else f"'{text}'"


def first_unusable(values: np.ndarray) -> int | None:
    """The index of the first value that is not finite or beyond `LARGEST`."""
    wrong = ~(np.abs(values) <= LARGEST)
    return int(np.argmax(wrong)) if wrong.any() else None
