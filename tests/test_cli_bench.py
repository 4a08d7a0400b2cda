"""`bench`: finds the benchmarks, keeps going when one fails, and prints JSON whatever they return."""

import importlib.util
import math
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import playground
from playground.__main__ import main
from playground.commands.bench import benchmarks, rows_of
from playground.costs import COSTS
from playground.estimator import Draw
from playground.estimators import ESTIMATORS
from playground.families import FAMILIES
from playground.problem import Problem
from tests.test_cli import strict

GOOD = """
from types import SimpleNamespace
BENCHMARK = SimpleNamespace(key="good", label="A good one", run=lambda: [
    {"what": "speed", "value": 2.0, "unit": "steps/s", "against": 1.0, "ratio": 2.0, "target": 1.2},
    {"what": "hole", "value": float("nan"), "unit": "s", "against": None, "ratio": float("inf"), "target": 1.0},
])
"""
BAD = """
from types import SimpleNamespace
def run():
    raise RuntimeError("no browser")
BENCHMARK = SimpleNamespace(key="bad", label="A bad one", run=run)
"""
Checkout = Callable[..., Path]


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Checkout]:
    """A checkout whose benchmarks are those given."""
    before = {name: module for name, module in sys.modules.items() if name.partition(".")[0] == "benchmarks"}
    for name in before:
        del sys.modules[name]

    def make(**modules: str) -> Path:
        folder = tmp_path / "benchmarks"
        folder.mkdir()
        (folder / "__init__.py").write_text("")
        for name, content in modules.items():
            (folder / f"{name}.py").write_text(content)
        return folder

    monkeypatch.setattr(playground, "__file__", str(tmp_path / "playground" / "__init__.py"))
    monkeypatch.syspath_prepend(str(tmp_path))
    yield make
    for name in [name for name in sys.modules if name.partition(".")[0] == "benchmarks"]:
        del sys.modules[name]
    sys.modules.update(before)


def test_rows_and_versions(checkout: Checkout, capsys: pytest.CaptureFixture[str]) -> None:
    checkout(good=GOOD, bad=BAD, helper="")
    assert main(["bench", "--json"]) == 1, "one could not be measured"
    printed = capsys.readouterr()
    assert printed.err == ""
    found = strict(printed.out)
    bad, speed, hole = found["rows"]
    assert (bad["benchmark"], bad["value"], bad["reason"]) == ("bad", None, "RuntimeError: no browser")
    assert [speed[name] for name in ("what", "value", "unit", "against", "ratio", "target")] == [
        "speed", 2.0, "steps/s", 1.0, 2.0, 1.2
    ]  # fmt: skip
    assert hole["value"] is None and hole["ratio"] is None and "not finite" in hole["reason"]
    assert found["versions"]["python"] and found["versions"]["tensorflow-probability"]
    assert not any(isinstance(v, float) and math.isnan(v) for row in found["rows"] for v in row.values())


def test_only_those_asked_for(checkout: Checkout, capsys: pytest.CaptureFixture[str]) -> None:
    checkout(good=GOOD.replace('float("nan")', "3.0").replace('float("inf")', "1.0"), bad=BAD)
    assert main(["bench", "--only", "good"]) == 0
    printed = capsys.readouterr().out
    assert "A good one" in printed and "A bad one" not in printed
    assert main(["bench", "--only", "fast"]) == 2
    assert capsys.readouterr().err == "Unknown benchmark 'fast': expected one of bad, good.\n"


def test_without_the_folder(checkout: Checkout, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "--json"]) == 2
    assert "`benchmarks` is not there" in capsys.readouterr().err


def test_without_any_benchmark(checkout: Checkout, capsys: pytest.CaptureFixture[str]) -> None:
    checkout(helper="")
    assert main(["bench"]) == 2
    assert "is empty" in capsys.readouterr().err


def test_without_what_they_need(checkout: Checkout, capsys: pytest.CaptureFixture[str]) -> None:
    checkout(needy="import no_such_package_at_all")
    assert main(["bench"]) == 2
    assert "`no_such_package_at_all`" in capsys.readouterr().err


def test_without_pytorch_one_benchmark_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """PyTorch is optional: all others run without it, and this one names the file that brings it."""
    torch = benchmarks()["torch"]
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    (row,) = rows_of(torch)
    assert row["value"] is None and row["reason"].endswith("expected what requirements-torch.txt pins.")
    assert (Path(__file__).parents[1] / "requirements-torch.txt").is_file()


def test_each_estimator_is_timed_where_it_runs() -> None:
    estimators = importlib.import_module("benchmarks.estimators")
    for key, estimator in ESTIMATORS.items():
        problem = Problem.at_defaults(FAMILIES[estimators.place_of(key)], COSTS["quadratic"])
        assert estimator.why_not(problem, Draw(estimators.SAMPLES, estimators.REPLICATES)) is None, key
