"""The results that come with the playground: of complete runs, as `reproduce` wrote them."""

import functools
import json
from pathlib import Path
from typing import Any

from playground.reproduction import checkpoint
from playground.reproduction.reproduction import Reproduction, Result

FOLDER = Path(__file__).parent / "results"
"""NAME.json (the checks) and NAME.jsonl (what each piece found) of `reproduce NAME`, without --quick."""


def summary(key: str) -> dict[str, Any] | None:
    """What NAME.json holds: checks, differences, versions and date; None where nothing is shipped."""
    path = FOLDER / f"{key}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def pieces(key: str) -> tuple[dict[str, Any], dict[str, dict[str, Any]]] | None:
    """What the shipped pieces are true of (versions, date), and what they found."""
    path = FOLDER / f"{key}.jsonl"
    return checkpoint.read(path) if path.exists() else None


@functools.cache
def result(reproduction: Reproduction) -> Result | None:
    """What the shipped pieces lead to, with its curves; None where nothing is shipped. Takes up to three seconds."""
    found = pieces(reproduction.key)
    return None if found is None else reproduction.conclude(found[1], False)
