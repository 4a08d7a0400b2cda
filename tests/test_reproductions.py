"""The reproductions: what a check says, what is kept of a stopped run, what is written, and each result, quickly.

Seeds are fixed. Quick runs have fewer steps, replicates and settings, and tolerances that follow from what was sampled.
"""

import csv
import dataclasses
import io
import json
import math
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import pytest

from playground.config import Config
from playground.errors import InvalidInput
from playground.reproduction import checkpoint
from playground.reproduction.figure import rows_of
from playground.reproduction.progress import Progress
from playground.reproduction.reproduction import Check, Line, Panel, Piece, Pieces, Reproduction, Result
from playground.reproduction.run import run
from playground.reproductions import REPRODUCTIONS

NAMES = (
    "biased-fixed-points mohamed-2020-fig2 mohamed-2020-fig3 arm-disarm-toy rebar-relax-toy sticking-the-landing "
    "stochastic-triples reinmax-polynomial mohamed-2020-logistic-regression"
).split()


def toy(fail_at: int | None = None, calls: list[int] | None = None) -> Reproduction:
    """Three pieces, one of which may be interrupted."""

    def piece(number: int) -> dict[str, Any]:
        if calls is not None:
            calls.append(number)
        if number == fail_at:
            raise KeyboardInterrupt
        return {"value": number / 3.0}

    def piece_of(number: int) -> Piece:
        return Piece(f"piece {number}", lambda: piece(number))

    def conclude(found: Pieces, quick: bool) -> Result:
        values = [found[f"piece {number}"]["value"] for number in range(3)]
        line = Line("a < b & c", [0.0, 1.0, 2.0], values)
        return Result((Check("last", 2.0 / 3.0, values[-1], 1e-12, "exact"),), (Panel("t", "x", "y", (line,)),))

    return Reproduction(
        "toy", "Toy", "Nobody", "A claim.", lambda quick: tuple(piece_of(number) for number in range(3)), conclude
    )


def test_the_registry_and_the_manual_have_them_all() -> None:
    assert list(REPRODUCTIONS) == NAMES
    manual = (Path(__file__).parent.parent / "docs" / "reproductions.md").read_text()
    assert [name for name in NAMES if f"`{name}`" not in manual] == []


@pytest.mark.parametrize(
    ("relation", "measured", "holds"),
    [
        ("=", 1.05, True), ("=", 1.2, False), ("=", 0.8, False), ("=", math.nan, False),
        ("<", 1.05, True), ("<", 0.0, True), ("<", 1.2, False), (">", 0.95, True), (">", 2.0, True), (">", 0.8, False),
        (">", math.inf, False),
    ],
)  # fmt: skip
def test_a_check(relation: str, measured: float, holds: bool) -> None:
    assert Check("it", 1.0, measured, 0.1, "why", relation).holds is holds


def test_a_stopped_run_goes_on_and_says_the_same(tmp_path: Path) -> None:
    whole = run(toy(), tmp_path / "whole")
    with pytest.raises(KeyboardInterrupt):
        run(toy(fail_at=1), tmp_path / "stopped")
    kept = tmp_path / "stopped" / "toy.partial.jsonl"
    with kept.open("a") as file:
        file.write('{"piece": "piece 1", "fou')  # as if the machine had gone down while it wrote
    calls: list[int] = []
    again = run(toy(calls=calls), tmp_path / "stopped")
    assert calls == [1, 2]
    assert (again.pieces, again.resumed, whole.resumed) == (3, 1, 0)
    for kind in ("html", "svg", "csv", "json", "jsonl"):
        texts = [done.files[kind].read_text() for done in (whole, again)]
        # Plotly gives each picture a random name.
        assert len(texts[0]) == len(texts[1]) if kind == "html" else texts[0] == texts[1]
    assert not kept.exists(), "the next run is a new one"


@pytest.mark.parametrize("content", ['{"reproduction": "other"}\n', "no JSON\n", '{"quick": true}\n{}\n', "[]\n[]\n"])
def test_a_checkpoint_of_something_else_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "toy.partial.jsonl").write_text(content)
    with pytest.raises(InvalidInput, match="another folder"):
        run(toy(), tmp_path)
    assert (tmp_path / "toy.partial.jsonl").read_text() == content


def test_quick_and_full_do_not_mix(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        run(toy(fail_at=2), tmp_path, quick=True)
    with pytest.raises(InvalidInput, match='"quick": true'):
        run(toy(), tmp_path)


def test_what_cannot_be_said_in_json_is_not_kept(tmp_path: Path) -> None:
    piece = Piece("it", lambda: {"value": math.nan})
    with pytest.raises(ValueError, match="JSON"):
        checkpoint.finish(tmp_path / "file", {}, [piece])
    assert checkpoint.load(tmp_path / "file", {}) == {}


class Terminal(io.StringIO):
    """A stream that is a terminal, or says so."""

    def __init__(self, is_terminal: bool) -> None:
        super().__init__()
        self.is_terminal = is_terminal

    def isatty(self) -> bool:
        return self.is_terminal


@pytest.mark.parametrize(
    ("terminal", "seconds", "shown"), [(True, 10.0, True), (True, 1.0, False), (False, 10.0, False)]
)
def test_progress_is_for_those_who_wait_at_a_terminal(
    monkeypatch: pytest.MonkeyPatch, terminal: bool, seconds: float, shown: bool
) -> None:
    stream, times = Terminal(terminal), iter([0.0, seconds])
    monkeypatch.setattr("sys.stderr", stream)
    progress = Progress(4, clock=lambda: next(times))
    progress.show(2, "the third")
    progress.clear()
    assert ("2 of 4  the third" in stream.getvalue()) is shown
    assert (stream.getvalue() == "") is not shown


@pytest.mark.parametrize("log", [False, True])
def test_the_still_picture_has_every_curve(tmp_path: Path, log: bool) -> None:
    lines = (
        Line("one", [1.0, 2.0, 300.0], [0.5, math.nan, 20.0]),
        Line("dots", [1.0, 2.0], [0.0, 3.0], points=True),
        Line("true", [1.0, 3.0], [2.0, 2.0], exact=True),
    )
    panel = Panel("A & B", "x", "y", lines, log_x=log, log_y=log)
    odd = dataclasses.replace(toy(), conclude=lambda found, quick: Result((), (panel, panel, panel)))
    done = run(odd, tmp_path)
    root = ElementTree.parse(done.files["svg"]).getroot()
    names = [element.tag.split("}")[1] for element in root.iter()]
    assert names.count("polyline") == 2 * 3
    assert names.count("circle") == (1 if log else 2) * 3, "0 has no logarithm"
    assert "nan" not in done.files["svg"].read_text()


@pytest.mark.parametrize("name", NAMES)
def test_it_reproduces(name: str, tmp_path: Path) -> None:
    """Quickly. The files hold what was found, and Play opens with what a panel says."""
    done = run(REPRODUCTIONS[name], tmp_path, quick=True)
    broken = [check for check in done.result.checks if not check.holds]
    assert done.result.checks and broken == []
    assert all(check.reason for check in done.result.checks)
    with done.files["csv"].open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(rows_of(done.result.panels)) > 10
    document = json.loads(done.files["json"].read_text())
    assert document["reproduces"] is True and document["quick"] is True
    ElementTree.parse(done.files["svg"])
    assert "plotly" in done.files["html"].read_text().lower() and (tmp_path / "plotly.min.js").exists()
    for panel in document["panels"]:
        if panel["play"] is not None:
            assert Config.from_mapping(panel["play"]).to_mapping() == panel["play"]
