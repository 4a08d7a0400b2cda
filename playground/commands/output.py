"""What the commands print: JSON without NaN, and plain tables."""

import json
import math
from collections.abc import Iterable, Sequence
from typing import Any


def print_json(document: Any) -> None:
    """One line of JSON, at once in the reader's hands. ASCII only: it is the same in every locale."""
    print(json.dumps(document, allow_nan=False), flush=True)


def print_text(text: str) -> None:
    """Lines for people, at once: a long command shows what it has."""
    print(text, flush=True)


def finite(value: float) -> float | None:
    """`value` as a plain float, None where it is not finite: JSON has no word for that."""
    return float(value) if math.isfinite(value) else None


def finite_list(values: Iterable[float]) -> list[float | None]:
    return [finite(value) for value in values]


def cell(value: Any) -> str:
    """A value as a table shows it."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.6g}"
    return ", ".join(map(cell, value)) if isinstance(value, list | tuple) else str(value)


def table(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Columns of equal width; numbers are set to the right."""
    body = [list(row) for row in rows]
    texts = [list(heads), *([cell(value) for value in row] for row in body)]
    widths = [max(len(row[column]) for row in texts) for column in range(len(heads))]
    right = [
        bool(body) and all(value is None or type(value) in (int, float) for value in column)
        for column in zip(*body, strict=True)
    ] or [False] * len(heads)
    lines = [
        "  ".join(
            text.rjust(width) if flush else text.ljust(width)
            for text, width, flush in zip(row, widths, right, strict=True)
        ).rstrip()
        for row in texts
    ]
    return "\n".join(lines)
