"""A reproduction from the first piece to the files: figure, curves, and what was expected against what was measured."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from playground.export import csv_text
from playground.reproduction import checkpoint
from playground.reproduction.figure import CSV_COLUMNS, figure_of, rows_of
from playground.reproduction.progress import Progress
from playground.reproduction.reproduction import Check, Pieces, Reproduction, Result
from playground.reproduction.svg import picture

FORMAT = "gradient-playground-reproduction/1"
KINDS = ("html", "svg", "csv", "json", "jsonl")


@dataclass(frozen=True)
class Done:
    """A reproduction that was run to the end.

    Attributes:
      result: What it says.
      pieces, resumed: How many pieces it has, and how many of them an earlier run had left in the checkpoint.
      files: What was written, by kind, one of `KINDS`.
    """

    result: Result
    pieces: int
    resumed: int
    files: Mapping[str, Path]


def run(reproduction: Reproduction, folder: Path, quick: bool = False) -> Done:
    """Does what an earlier, stopped run has not done, and writes NAME.html, .svg, .csv, .json and .jsonl into `folder`.

    While it runs, NAME.partial.jsonl there keeps the finished pieces; NAME.jsonl has them all, and the day.

    Raises:
      InvalidInput: If the checkpoint there is of something else.
      OSError: If the folder cannot be used.
    """
    pieces = reproduction.pieces(quick)
    head = {"reproduction": reproduction.key, "quick": quick, "versions": checkpoint.versions()}
    kept = folder / f"{reproduction.key}.partial.jsonl"
    progress = Progress(len(pieces))
    try:
        found, resumed = checkpoint.finish(kept, head, pieces, progress.show)
    finally:
        progress.clear()
    result = reproduction.conclude(found, quick)
    files = write(reproduction, result, folder, head | {"date": datetime.now(UTC).date().isoformat()}, found)
    kept.unlink(missing_ok=True)
    return Done(result, len(pieces), resumed, files)


def write(
    reproduction: Reproduction, result: Result, folder: Path, head: Mapping[str, Any], found: Pieces
) -> dict[str, Path]:
    """The files of a result, by kind. Plotly's script is one file beside them, for all reproductions of the folder."""
    files = {kind: folder / f"{reproduction.key}.{kind}" for kind in KINDS}
    figure_of(reproduction.label, result.panels).write_html(files["html"], include_plotlyjs="directory")
    files["svg"].write_text(picture(reproduction.label, result.panels), encoding="utf-8")
    files["csv"].write_text(csv_of(result), encoding="utf-8")
    files["json"].write_text(json_of(reproduction, result, head), encoding="utf-8")
    files["jsonl"].write_text(checkpoint.text_of(head, found), encoding="utf-8")
    return files


def csv_of(result: Result) -> str:
    """Every point of every curve."""
    return csv_text(rows_of(result.panels), list(CSV_COLUMNS))


def json_of(reproduction: Reproduction, result: Result, head: Mapping[str, Any]) -> str:
    """All checks, with what they are true of."""
    document = {"format": FORMAT, **head, **plain(reproduction, result)}
    return json.dumps(document, allow_nan=False, indent=1)


def plain(reproduction: Reproduction, result: Result) -> dict[str, Any]:
    """A result as JSON values: all but the curves."""
    return {
        "name": reproduction.key,
        "label": reproduction.label,
        "source": reproduction.source,
        "claim": reproduction.claim,
        "reproduces": all(check.holds for check in result.checks),
        "checks": [_check(check) for check in result.checks],
        "differences": list(result.differences),
        "notes": list(result.notes),
        "panels": [
            {
                "title": panel.title,
                "play": None if panel.play is None else dict(panel.play),
                "about_play": panel.about_play,
            }
            for panel in result.panels
        ],
    }


def _check(check: Check) -> dict[str, Any]:
    numbers = {name: getattr(check, name) for name in ("expected", "measured", "tolerance")}
    return {
        "what": check.what,
        "relation": check.relation,
        **{name: float(value) if math.isfinite(value) else None for name, value in numbers.items()},
        "holds": check.holds,
        "reason": check.reason,
    }
