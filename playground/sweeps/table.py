"""Rows as CSV and as Parquet, and back: the same columns, the same numbers."""

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import parquet as pq

from playground.errors import InvalidInput
from playground.export import csv_text
from playground.sweeps.row import COLUMNS, TEXTS, TRUTHS, WHOLE, Row

SPEC = b"gradient-playground-sweep/1"
"""The key of a Parquet file's metadata that has the specification, as JSON."""


def to_csv(rows: Sequence[Row]) -> str:
    """One line a row under the names of the columns; None is an empty cell. Numbers come back as they were."""
    return csv_text([row.to_mapping() for row in rows], list(COLUMNS))


def from_csv(text: str) -> tuple[Row, ...]:
    """The inverse of `to_csv`.

    Raises:
      InvalidInput: If the columns are others, or a cell cannot be read.
    """
    reader = csv.DictReader(io.StringIO(text))
    _check(tuple(reader.fieldnames or ()))
    try:
        return tuple(Row(**{name: _value(name, cell) for name, cell in line.items()}) for line in reader)
    except (ValueError, TypeError) as error:
        raise InvalidInput(f"The file is not a sweep's table ({error}): expected one that `sweep` wrote.") from None


def to_parquet(rows: Sequence[Row], spec: str = "") -> bytes:
    """The content of a Parquet file; None is null. `spec`, a JSON text, goes into its metadata."""
    schema = pa.schema([(name, _type(name)) for name in COLUMNS], metadata={SPEC: spec.encode()})
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pylist([row.to_mapping() for row in rows], schema=schema), sink)
    return sink.getvalue()


def from_parquet(content: bytes) -> tuple[Row, ...]:
    """The inverse of `to_parquet`.

    Raises:
      InvalidInput: If it is no such file.
    """
    try:
        table = pq.read_table(pa.BufferReader(content))
    except pa.ArrowInvalid as error:
        raise InvalidInput(f"The file is not Parquet ({error}): expected one that `sweep` wrote.") from None
    _check(tuple(table.column_names))
    return tuple(Row(**line) for line in table.to_pylist())


def read(path: Path) -> tuple[Row, ...]:
    """The rows of a file that `sweep` wrote, by its ending."""
    return from_parquet(path.read_bytes()) if path.suffix == ".parquet" else from_csv(path.read_text(encoding="utf-8"))


def content(path: Path, rows: Iterable[Row], spec: str = "") -> bytes:
    """What a file of this name holds: Parquet, or CSV in UTF-8, by its ending."""
    listed = list(rows)
    return to_parquet(listed, spec) if path.suffix == ".parquet" else to_csv(listed).encode()


def _type(name: str) -> pa.DataType:
    if name in TEXTS:
        return pa.string()
    if name in TRUTHS:
        return pa.bool_()
    return pa.int64() if name in WHOLE else pa.float64()


def _value(name: str, cell: Any) -> Any:
    if cell == "":
        return None
    if name in TEXTS:
        return cell
    if name in TRUTHS:
        return {"True": True, "False": False}[cell]
    return int(cell) if name in WHOLE else float(cell)


def _check(names: tuple[str, ...]) -> None:
    if names != COLUMNS:
        raise InvalidInput(f"The file is not a sweep's table: expected the columns {', '.join(COLUMNS)}.")
