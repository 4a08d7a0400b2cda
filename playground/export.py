"""What a learner takes home: the history as CSV, the run as JSON that opens again."""

import csv
import io
import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from playground.errors import InvalidInput
from playground.training.snapshot import Snapshot


@dataclass(frozen=True)
class Export:
    """A kind of file that a run can be taken home as.

    Attributes:
      label: Its entry in the menu.
      media_type: Of its content.
      write: A moment → its content, a text or bytes.
    """

    label: str
    media_type: str
    write: Callable[[Any], str | bytes]


def csv_text(rows: list[dict[str, Any]], columns: list[str]) -> str:
    """Rows of equal keys as CSV: a value that is None or not finite is an empty cell; `columns` stand for no rows."""
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]) if rows else columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(
        {name: "" if isinstance(value, float) and not math.isfinite(value) else value for name, value in row.items()}
        for row in rows
    )
    return text.getvalue()


FORMAT = "gradient-playground-run/1"


def history_rows(snapshot: Snapshot) -> list[dict[str, Any]]:
    """One row a kept step and an estimator: step, estimator, then each quantity by parameter."""
    names, rows = snapshot.config.problem.names, []
    for index, step in enumerate(snapshot.history.step):
        for lane, key in enumerate(snapshot.config.estimators):
            row: dict[str, Any] = {"step": int(step), "estimator": key}
            for column, values in snapshot.history.columns.items():
                value = np.atleast_1d(values[index, lane])
                labels = [column] if values.ndim == 2 else [f"{column}[{name}]" for name in names]
                row |= dict(zip(labels, map(float, value), strict=True))
            rows.append(row)
    return rows


def to_csv(snapshot: Snapshot) -> str:
    """The history as CSV; a value that is not finite is an empty cell."""
    return csv_text(history_rows(snapshot), ["step", "estimator"])


def to_json(snapshot: Snapshot) -> str:
    """The run as JSON: its configuration opens again on the page and on the command line."""
    rows = [
        {name: None if isinstance(value, float) and not math.isfinite(value) else value for name, value in row.items()}
        for row in history_rows(snapshot)
    ]
    return json.dumps(
        {
            "format": FORMAT,
            "config": snapshot.config.to_mapping(),
            "step": snapshot.step,
            "status": snapshot.status,
            "cause": snapshot.cause,
            "history": rows,
        },
        allow_nan=False,
        indent=1,
    )


def config_of(text: str | bytes, form: str = FORMAT) -> dict[str, Any]:
    """The configuration inside an exported run of a format, as plain values for `from_mapping`.

    Raises:
      InvalidInput: If `text` is not such a file.
    """
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidInput(f"The file is not JSON ({error}): expected a run exported from the playground.") from error
    if not isinstance(content, dict) or content.get("format") != form or not isinstance(content.get("config"), dict):
        raise InvalidInput(f"The file is not an exported run: expected a JSON object with format '{form}'.")
    return content["config"]


KINDS = {
    "csv": Export("History as CSV", "text/csv; charset=utf-8", to_csv),
    "json": Export("Run as JSON", "application/json", to_json),
}
