"""`python -m playground sweep SPEC.json --out results.parquet`: estimators against one thing that is varied."""

import argparse
import functools
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playground.commands.command import Command
from playground.commands.options import number, whole
from playground.commands.output import print_json, print_text, table
from playground.errors import InvalidInput

if TYPE_CHECKING:  # at run time it would bring TensorFlow along, and `--help` would wait for it
    from playground.sweeps.sweep import Done, Runner, Spec

MOST_WORKERS = 256
LONGEST_SPEC = 10 * 2**20


def document(path: str) -> Any:
    """The JSON value in a file.

    Raises:
      InvalidInput: If there is none.
    """
    try:
        content = Path(path).read_bytes()
    except (OSError, ValueError) as error:  # a ValueError is a NUL in the name
        why = getattr(error, "strerror", None) or error
        raise InvalidInput(f"Cannot read '{path}' ({why}): expected a JSON file that says what to sweep.") from None
    if len(content) > LONGEST_SPEC:
        raise InvalidInput(f"The file '{path}' has {len(content):,} bytes: expected a short JSON object.")
    try:
        return json.loads(content.removeprefix(b"\xef\xbb\xbf").decode("utf-8"), parse_int=whole)
    except (ValueError, RecursionError) as error:
        why = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise InvalidInput(f"The file '{path}' is not JSON ({why}): expected one object.") from None


def run(arguments: argparse.Namespace) -> int:
    workers = _workers(arguments)
    read = document(arguments.spec)
    from playground.reproduction.progress import Progress
    from playground.sweeps.sweep import finish, from_document

    spec = from_document(read)
    count = len(spec.tasks())
    progress = Progress(count)
    try:
        done = finish(spec, Path(arguments.out), _runner(arguments.scheduler, workers), progress.show)
    except (OSError, ValueError) as error:  # a ValueError is a NUL in the name
        if not isinstance(error, OSError) and "null byte" not in str(error):
            raise
        why = getattr(error, "strerror", None) or error
        raise InvalidInput(
            f"Option `--out`: cannot write '{arguments.out}' ({why}), expected a file in a folder of yours."
        ) from None
    finally:
        progress.clear()
    result = _result(spec, done, arguments.out)
    if arguments.json:
        print_json(result)
    else:
        print_text(_text(result))
    return 0


def _workers(arguments: argparse.Namespace) -> int | None:
    if arguments.workers is None:
        return None
    if arguments.scheduler is not None:
        raise InvalidInput("Option `--workers`: got it beside `--scheduler`, expected the cluster's own workers.")
    found = number("--workers", arguments.workers)
    if not 0 <= found <= MOST_WORKERS or found != int(found):
        got = f"got {arguments.workers}"
        raise InvalidInput(f"Option `--workers`: {got}, expected a whole number from 0 to {MOST_WORKERS}.")
    return int(found)


def _runner(scheduler: str | None, workers: int | None) -> "Runner":
    if scheduler is None:
        from playground.sweeps import local

        return functools.partial(local.run, workers=workers)
    from playground.sweeps import dask

    return functools.partial(dask.run, address=scheduler)


def _result(spec: "Spec", done: "Done", out: str) -> dict[str, Any]:
    from playground.reproduction.checkpoint import versions
    from playground.sweeps.row import ALL
    from playground.sweeps.sweep import to_document

    cells = [row for row in done.rows if row.parameter == ALL]
    estimators: dict[str, dict[str, Any]] = {}
    least: dict[Any, Any] = {}
    for row in cells:
        group = (row.family, row.value)
        if row.mean_squared_error is not None:
            least[group] = min(row.mean_squared_error, least.get(group, row.mean_squared_error))
    for row in cells:
        entry = estimators.setdefault(row.estimator, {"measured": 0, "cannot_run": 0, "best": 0, "reasons": []})
        entry["measured" if row.ran else "cannot_run"] += 1
        entry["best"] += row.mean_squared_error is not None and row.mean_squared_error == least[row.family, row.value]
        if row.reason is not None and row.reason not in entry["reasons"]:
            entry["reasons"].append(row.reason)
    return {
        "out": out,
        "rows": len(done.rows),
        "cells": done.tasks,
        "resumed": done.resumed,
        "estimators": estimators,
        "spec": to_document(spec),
        "versions": versions(),
    }


def _text(result: dict[str, Any]) -> str:
    heads = ("estimator", "measured", "cannot run", "least error", "why not")
    rows = [
        [key, entry["measured"], entry["cannot_run"], entry["best"], entry["reasons"][0] if entry["reasons"] else None]
        for key, entry in result["estimators"].items()
    ]
    kept = f", {result['resumed']} of them from a stopped run" if result["resumed"] else ""
    return f"{table(heads, rows)}\n\n{result['cells']} cells{kept}. Written: {result['out']}, {result['rows']} rows."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("spec", metavar="SPEC.json", help="what to sweep; docs/sweeps.md lists the fields")
    parser.add_argument("--out", metavar="FILE", required=True, help="the table: results.parquet or results.csv")
    parser.add_argument("--workers", metavar="N", help="processes (one a core); 0 stays in this one")
    parser.add_argument("--scheduler", metavar="ADDRESS", help="of a dask.distributed cluster, such as tcp://host:8786")


COMMAND = Command(
    key="sweep",
    line="estimators against one thing that is varied: variances, biases, errors, costs, as a table",
    description="Measures every estimator at every value, on all cores or on a Dask cluster, and writes a table as\n"
    "Parquet or CSV. Stopped with Ctrl-C, the same command goes on where it was.\n\n"
    '  echo \'{"cost": "cosine", "over": "k", "values": {"from": 0.1, "to": 5, "count": 9}}\' > k.json\n'
    "  python -m playground sweep k.json --out k.parquet",
    add_arguments=add_arguments,
    run=run,
    order=7,
)
