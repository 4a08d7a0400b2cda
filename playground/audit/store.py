"""An audit's rows in a file: JSON lines, the first of which says what they are true of. A stopped audit goes on."""

import difflib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from playground.audit.audit import CASES, audit, versions
from playground.audit.case import Case
from playground.audit.coverage import not_audited
from playground.errors import InvalidInput

SHIPPED = Path(__file__).parent / "results.jsonl"


def select(names: Sequence[str] | None) -> list[Case]:
    """The cases that `names` ask for: by the name of a class, which may have several, or by that of a row.

    Raises:
      InvalidInput: If one of them is unknown, or has no rows.
    """
    if names is None:
        return list(CASES.values())
    chosen: dict[str, Case] = {}
    for name in names:
        found = {key: case for key, case in CASES.items() if name in (key, case.class_name)}
        if not found:
            raise InvalidInput(_unknown(name))
        chosen |= found
    return list(chosen.values())


def _unknown(name: str) -> str:
    reason = not_audited().get(name)
    if reason is not None:
        return f"Distribution '{name}' has no row in the audit: {reason}"
    like = difflib.get_close_matches(name, [case.class_name for case in CASES.values()], n=3, cutoff=0.5)
    near = ", ".join(dict.fromkeys(like)) or "Normal"
    return f"Unknown distribution '{name}': expected the name of a class of tfp.distributions, such as {near}."


def load(path: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The first line of a file and its rows; a last line that was cut off does not count.

    Raises:
      InvalidInput: If it is not an audit's.
      OSError: If it cannot be read.
    """
    lines = path.read_text(encoding="utf-8").split("\n")
    whole = [line for line in lines[:-1] if line.strip()]  # what follows the last line break is not finished
    try:
        head, *rows = [json.loads(line) for line in whole] or [{"audit": None}]
        about = head["audit"]
    except (ValueError, KeyError, TypeError):
        raise InvalidInput(f"The file '{path}' is not an audit's, expected one that `audit --resume` wrote.") from None
    return about, rows


def about(seed: int) -> dict[str, Any]:
    """What the rows depend on."""
    return {"seed": seed, "versions": versions()}


def resumed(cases: Sequence[Case], seed: int, path: Path) -> Iterator[list[dict[str, Any]]]:
    """The rows of each case: from the file, or audited now and added to it as they come.

    Raises:
      InvalidInput: If the file holds an audit with another seed, or of other versions.
    """
    known: dict[str, list[dict[str, Any]]] = {}
    finished = ""
    if path.exists() and path.stat().st_size:
        head, rows = load(path)
        if head is not None and head != about(seed):
            raise InvalidInput(
                f"The file '{path}' is of seed {head.get('seed')} and {_words(head.get('versions', {}))}, "
                f"expected seed {seed} and {_words(versions())}: give another file."
            )
        for row in rows:
            known.setdefault(row["distribution"], []).append(row)
        known = {name: rows for name, rows in known.items() if name in CASES and _complete(CASES[name], rows)}
        finished = "".join(json.dumps(row) + "\n" for rows in known.values() for row in rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    # Written anew, so that a line that was cut off is gone, and what was begun with it.
    path.write_text(json.dumps({"audit": about(seed)}) + "\n" + finished, encoding="utf-8")
    for case in cases:
        rows = known.get(case.name, [])
        if not rows:
            (rows,) = audit([case], seed)
            with path.open("a", encoding="utf-8") as file:
                file.write("".join(json.dumps(row) + "\n" for row in rows))
        yield rows


def _complete(case: Case, rows: Sequence[dict[str, Any]]) -> bool:
    return [row["parameter"] for row in rows] == list(case.parameters)


def _words(found: dict[str, str]) -> str:
    return ", ".join(f"{name} {number}" for name, number in found.items())
