"""A learner's table: what a CSV or Parquet file holds, and in words what of it cannot be used."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath, PurePosixPath

import numpy as np

from playground.data import delimited, parquet
from playground.data.column import Column, Parsed, empty
from playground.errors import InvalidInput

MOST_MEGABYTES = 10
MOST_BYTES = MOST_MEGABYTES * 2**20
LONGEST_LABEL = 80
ARCHIVES = {b"PK\x03\x04": "a ZIP archive (an Excel workbook is one, too)", b"\x1f\x8b": "a gzip archive"}


@dataclass(frozen=True, eq=False)
class Table:
    """What a file holds. Arrays are read-only.

    Attributes:
      label: The file's name.
      columns: In the file's order, at least one of them numeric.
      digest: The SHA-256 of the file's content, in hexadecimal.
      lines: The line of the file on which each row begins, [N]; None where a file has no lines.
    """

    label: str
    columns: tuple[Column, ...]
    digest: str
    lines: np.ndarray | None = None

    def __post_init__(self) -> None:
        if self.lines is not None:
            self.lines.flags.writeable = False

    def __len__(self) -> int:
        """The number of rows."""
        return next(len(column.values) for column in self.columns if column.values is not None)

    @property
    def numeric(self) -> tuple[str, ...]:
        """The names of the columns that can be used."""
        return tuple(column.name for column in self.columns if column.problem is None)

    @property
    def nbytes(self) -> int:
        """How much memory the numbers take, in bytes."""
        values = sum(column.values.nbytes for column in self.columns if column.values is not None)
        return values + (0 if self.lines is None else self.lines.nbytes)

    def place(self, row: int) -> str:
        """Where a row, counted from 0, is found in the file: "line 3" of a CSV file, "row 2" of a Parquet file."""
        return f"row {row + 1}" if self.lines is None else f"line {self.lines[row]}"

    def rows(self, chosen: Sequence[str]) -> np.ndarray:
        """The chosen columns side by side, [N, D] float64.

        Raises:
          InvalidInput: If none is chosen, or one that is unknown, repeated, or has a problem.
        """
        if not chosen:
            raise InvalidInput(f"'{self.label}': no column is chosen, expected some of {self._names()}.")
        by_name = {column.name: column for column in self.columns}
        for index, name in enumerate(chosen):
            if name not in by_name:
                raise InvalidInput(f"'{self.label}' has no column '{name}', expected one of {self._names()}.")
            if name in chosen[:index]:
                raise InvalidInput(f"'{self.label}': column '{name}' is chosen twice, expected different columns.")
        found = []
        for name in chosen:
            values, problem = by_name[name].values, by_name[name].problem
            if values is None:
                raise InvalidInput(str(problem))
            found.append(values)
        return np.stack(found, axis=1)

    def _names(self) -> str:
        return ", ".join(self.numeric)


def read_table(name: str, content: bytes) -> Table:
    """Reads a CSV file (comma, semicolon or tab) or a Parquet file.

    Args:
      name: The file's name; a path before it is left out.
      content: All of the file.

    Raises:
      InvalidInput: One sentence on why there is nothing that could be used. A column that cannot be used while others
        can is no such reason: it is kept with its problem.
    """
    label = _label(name)
    if len(content) > MOST_BYTES:
        raise InvalidInput(f"'{label}' has {len(content) / 2**20:.1f} MB, expected at most {MOST_MEGABYTES} MB.")
    if not content.strip():
        raise empty(label)
    for magic, kind in ARCHIVES.items():
        if content.startswith(magic):
            raise InvalidInput(f"'{label}' is {kind}, expected a CSV or Parquet file: save the table itself as CSV.")
    is_parquet = content.startswith(parquet.MAGIC) or label.lower().endswith((".parquet", ".pq"))
    parsed = (parquet.parse if is_parquet else delimited.parse)(label, content)
    _check(label, parsed)
    return Table(label, parsed.columns, hashlib.sha256(content).hexdigest(), parsed.lines)


def _label(name: str) -> str:
    """The file's own name, without what could spoil a line of text."""
    own = PurePosixPath(PurePath(name).name.replace("\\", "/")).name
    return re.sub(r"[^\w\s.,()+=@-]|[\r\n\t]", "", own)[:LONGEST_LABEL].strip() or "the file"


def _check(label: str, parsed: Parsed) -> None:
    """What a table of either kind must be."""
    names = [column.name for column in parsed.columns]
    twice = next((name for index, name in enumerate(names) if name in names[:index]), None)
    if twice is not None:
        places = " and ".join(str(index + 1) for index, name in enumerate(names) if name == twice)
        raise InvalidInput(f"'{label}' has columns {places} both named '{twice}', expected different names.")
    if parsed.rows == 0:
        raise InvalidInput(f"'{label}' has column names and no rows below them, expected rows of numbers.")
    if parsed.rows == 1:
        raise InvalidInput(f"'{label}' has one row only, expected at least two: one row has no variance.")
    if all(column.values is None for column in parsed.columns):
        which = "its one column is not" if len(names) == 1 else f"none of its {len(names)} columns is"
        first = str(parsed.columns[0].problem).removeprefix(f"'{label}', ")
        raise InvalidInput(f"'{label}' has no column of numbers, {which}: {first}")
