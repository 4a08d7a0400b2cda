"""A sweep from its file to its table: what is done is kept, so that a stopped one goes on where it was."""

import json
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playground.errors import InvalidInput
from playground.reproduction.checkpoint import versions
from playground.sweeps import table
from playground.sweeps.atlas import AtlasSpec
from playground.sweeps.local import Finished
from playground.sweeps.row import Row
from playground.sweeps.spec import SweepSpec
from playground.sweeps.task import Task

ATLAS = "atlas"
ENDINGS = (".parquet", ".csv")
Spec = SweepSpec | AtlasSpec
Runner = Callable[[tuple[Task, ...]], Iterable[Finished]]
"""What runs tasks: `local.run` or `dask.run`."""


@dataclass(frozen=True)
class Done:
    """A sweep that was run to the end.

    Attributes:
      rows: Of all tasks: estimators in their order, and values as they were given.
      tasks, resumed: How many cells there are, and how many of them a stopped run had left.
    """

    rows: tuple[Row, ...]
    tasks: int
    resumed: int


def from_document(document: Any) -> Spec:
    """What a file asks for: the fields of a `SweepSpec`, or {"atlas": the fields of an `AtlasSpec`}.

    Raises:
      InvalidInput: One sentence on the first thing that is wrong.
    """
    if not isinstance(document, Mapping) or ATLAS not in document:
        return SweepSpec.from_mapping(document)
    for name in document:
        if name != ATLAS:
            raise InvalidInput(f"Unknown field '{name}' beside `{ATLAS}`: expected `{ATLAS}` alone.")
    return AtlasSpec.from_mapping(document[ATLAS])


def to_document(spec: Spec) -> dict[str, Any]:
    """The inverse of `from_document`."""
    return {ATLAS: spec.to_mapping()} if isinstance(spec, AtlasSpec) else spec.to_mapping()


def finish(spec: Spec, out: Path, runner: Runner, show: Callable[[int, str], None] = lambda done, what: None) -> Done:
    """Does what a stopped run has not done, and writes the table.

    While it runs, OUT.partial.jsonl keeps what is finished; in the end it is removed.

    Args:
      spec: What is to be done.
      out: The table, a CSV or Parquet file by its ending; it replaces one that is there, and its folder is made.
      runner: What runs tasks.
      show: Called with how many tasks are done, and what the latest was.

    Raises:
      InvalidInput: If the ending is another, or what was kept is of another sweep.
      OSError: If the file cannot be written.
    """
    if out.suffix not in ENDINGS:
        got = f"'{out.suffix}'" if out.suffix else "none"
        raise InvalidInput(f"Option `--out`: got the ending {got} of '{out.name}', expected {' or '.join(ENDINGS)}.")
    if out.is_dir():
        raise IsADirectoryError(21, "Is a directory")
    tasks, kept = spec.tasks(), out.with_name(out.name + ".partial.jsonl")
    head = {"sweep": to_document(spec), "versions": versions()}
    known = _load(kept, head)
    found = {task.key: known[task.key] for task in tasks if task.key in known}
    resumed = len(found)
    out.parent.mkdir(parents=True, exist_ok=True)
    # Written anew, so that a line that was cut off is gone.
    kept.write_text("".join(map(_line, [head, *map(_entry, found, found.values())])), encoding="utf-8")
    show(resumed, "")
    with kept.open("a", encoding="utf-8") as file:
        for task, rows in runner(tuple(task for task in tasks if task.key not in found)):
            file.write(_line(_entry(task.key, rows)))
            file.flush()
            found[task.key] = rows
            show(len(found), _name(task))
    rows = tuple(row for task in in_order(spec, tasks) for row in found[task.key])
    fresh = out.with_name(out.name + ".new")
    fresh.write_bytes(table.content(out, rows, json.dumps(to_document(spec))))
    os.replace(fresh, out)
    kept.unlink()
    return Done(rows, len(tasks), resumed)


def in_order(spec: Spec, tasks: Iterable[Task]) -> list[Task]:
    """Tasks as people read them: by estimator and value in a sweep, and as they are in an atlas."""
    if isinstance(spec, AtlasSpec):
        return list(tasks)
    estimators = {key: index for index, key in enumerate(spec.estimators)}
    values: dict[float | None, int] = {value: index for index, value in enumerate(spec.values)}
    return sorted(tasks, key=lambda task: (estimators[task.estimator], values[task.value]))


def _name(task: Task) -> str:
    return f"{task.estimator} on {task.family}" if task.over is None else f"{task.estimator} at {task.value:g}"


def _entry(key: str, rows: Iterable[Row]) -> dict[str, Any]:
    return {"task": key, "rows": [row.to_mapping() for row in rows]}


def _line(value: Any) -> str:
    return json.dumps(value, allow_nan=False) + "\n"


def _load(path: Path, head: Mapping[str, Any]) -> dict[str, tuple[Row, ...]]:
    """What is finished, by the keys of the tasks; a last line that was cut off does not count."""
    if not path.exists():
        return {}
    whole = path.read_bytes().split(b"\n")[:-1]  # what follows the last line break is not finished
    try:
        lines = [json.loads(line) for line in whole]
        found = {line["task"]: tuple(Row.from_mapping(row) for row in line["rows"]) for line in lines[1:]}
    except (ValueError, KeyError, TypeError):
        raise InvalidInput(f"The file '{path}' is no sweep's: remove it, or give another `--out`.") from None
    if lines and lines[0] != json.loads(json.dumps(head)):
        raise InvalidInput(
            f"The file '{path}' keeps another sweep, or one of other versions: remove it, or give another `--out`."
        )
    return found
