"""`python -m playground bench`: the figures that README quotes, each beside what it was compared to."""

import argparse
import importlib
import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import ModuleType
from typing import Any

import playground
from playground.commands.command import Command, one_line
from playground.commands.output import finite, print_json, print_text, table
from playground.errors import InvalidInput
from playground.registry import discover, look_up

COLUMNS = ("what", "value", "unit", "against", "ratio", "target")
PACKAGES = ("tensorflow", "tensorflow-cpu", "tensorflow-probability", "numpy", "streamlit", "plotly")


def _package() -> ModuleType:
    """The folder `benchmarks` beside `playground`: part of a checkout, not of what is imported to run the page."""
    folder = Path(playground.__file__).resolve().parent.parent / "benchmarks"
    if not folder.is_dir():
        raise InvalidInput(f"The folder `benchmarks` is not there: expected it beside `playground`, at {folder}.")
    package = importlib.import_module("benchmarks")
    if folder not in [Path(path).resolve() for path in package.__path__]:
        raise InvalidInput(f"The package `benchmarks` is another one: expected the folder {folder}.")
    return package


def benchmarks() -> dict[str, Any]:
    """The benchmarks by key: objects with `key`, `label` and `run() -> list[dict]`, whose rows have `COLUMNS`.

    Raises:
      InvalidInput: If there are none, or if they need a package that is not installed.
    """
    try:
        found = discover(_package(), "BENCHMARK")
    except ModuleNotFoundError as error:
        needed = f"The benchmarks need `{error.name}`, which is not installed"
        raise InvalidInput(f"{needed}: expected the development requirements, `make bench` brings them.") from error
    if not found:
        raise InvalidInput("The folder `benchmarks` is empty: expected modules that define a `BENCHMARK`.")
    return found


def versions() -> dict[str, str]:
    """What the figures were measured with."""
    found = {"python": platform.python_version(), "system": platform.system(), "cores": str(os.cpu_count())}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue  # one of the two TensorFlows
    return found


def rows_of(benchmark: Any) -> list[dict[str, Any]]:
    """The rows of one benchmark as plain JSON values; a benchmark that fails is a row that says so."""
    try:
        rows = benchmark.run()
    except Exception as error:
        reason = one_line(f"{type(error).__name__}: {error}")
        rows = [{"what": benchmark.label, "reason": reason}]
    return [{"benchmark": benchmark.key} | _row(row) for row in rows]


def _row(row: dict[str, Any]) -> dict[str, Any]:
    plain = {name: row.get(name) for name in COLUMNS} | {k: v for k, v in row.items() if k not in COLUMNS}
    for name, value in list(plain.items()):
        if isinstance(value, float) and finite(value) is None:
            plain[name] = None
            plain.setdefault("reason", f"`{name}` is not finite.")
    return plain


def run(arguments: argparse.Namespace) -> int:
    found = benchmarks()
    if arguments.only is not None:
        found = {key: look_up(found, key, "benchmark") for key in arguments.only}
    rows: list[dict[str, Any]] = []
    for benchmark in found.values():
        new = rows_of(benchmark)
        rows += new
        if not arguments.json:  # as they come: all of them take minutes
            print_text(f"{benchmark.label}\n{table(COLUMNS, [[row[name] for name in COLUMNS] for row in new])}")
            print_text("".join(f"{row['reason']}\n" for row in new if "reason" in row))
    if arguments.json:
        print_json({"rows": rows, "versions": versions()})
    else:
        print_text(", ".join(f"{name} {number}" for name, number in versions().items()))
    return 1 if any(row["value"] is None for row in rows) else 0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--only", action="append", metavar="KEY", help="one benchmark, not all; may be repeated")


COMMAND = Command(
    key="bench",
    line="the figures that README quotes, each with what it was compared to",
    description="Runs the benchmarks of a checkout, one after the other.\n"
    "Figures hold for the machine they ran on; ratios travel.\n"
    "Exit code 1 if one of them could not be measured.",
    add_arguments=add_arguments,
    run=run,
    order=4,
)
