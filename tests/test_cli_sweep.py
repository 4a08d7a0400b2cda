"""`sweep`: what is printed, what is written, how it goes on after a stop, and what is refused."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from playground.__main__ import main
from playground.sweeps import dask, local
from playground.sweeps.row import ALL
from playground.sweeps.table import read
from tests.test_cli import strict

FIELDS = "out rows cells resumed estimators spec versions".split()
SPEC: dict[str, Any] = {
    "over": "k",
    "values": {"from": 0.5, "to": 2, "count": 3},
    "cost": "cosine",
    "estimators": ["score_function", "pathwise", "enumeration"],
    "replicates": 50,
    "samples": 2,
}


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    path = tmp_path / "spec.json"
    path.write_text(json.dumps(SPEC), encoding="utf-8")
    return path


def test_what_is_printed_and_written(spec: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "new" / "table.parquet"
    code = main(["sweep", str(spec), "--out", str(out), "--workers", "0", "--json"])
    printed = capsys.readouterr()
    result = strict(printed.out)
    assert (code, printed.err, list(result)) == (0, "", FIELDS)
    assert (result["cells"], result["resumed"], result["rows"]) == (9, 0, 2 * 3 * 3 + 3)
    assert result["estimators"]["enumeration"]["cannot_run"] == 3
    assert {name: value for name, value in result["estimators"]["pathwise"].items() if name != "best"} == {
        "measured": 3,
        "cannot_run": 0,
        "reasons": [],
    }
    assert sum(entry["best"] for entry in result["estimators"].values()) == 3
    rows = read(out)
    assert [(row.estimator, row.value) for row in rows if row.parameter == ALL] == [
        (key, value) for key in SPEC["estimators"] for value in (0.5, 1.25, 2.0)
    ]
    assert [path.name for path in out.parent.iterdir()] == ["table.parquet"]
    again = tmp_path / "again.json"
    again.write_text(json.dumps(result["spec"]), encoding="utf-8")
    table = tmp_path / "table.csv"
    assert main(["sweep", str(again), "--out", str(table), "--workers", "0"]) == 0
    text = capsys.readouterr().out
    assert "9 cells. Written: " in text and "continuum" in text
    assert [row.repeatable() for row in read(table)] == [row.repeatable() for row in rows]


def test_an_atlas_is_a_kind_of_sweep(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("playground.sweeps.atlas.FAMILIES", {"cauchy": None, "categorical": None})
    monkeypatch.setattr("playground.sweeps.atlas.ESTIMATORS", {"score_function": None, "enumeration": None})
    spec = tmp_path / "atlas.json"
    spec.write_text('{"atlas": {"cost": "quadratic", "replicates": 20}}', encoding="utf-8")
    assert main(["sweep", str(spec), "--out", str(tmp_path / "a.csv"), "--workers", "0", "--json"]) == 0
    result = strict(capsys.readouterr().out)
    assert result["cells"] == 4 and result["spec"]["atlas"]["samples"] == 16
    assert result["estimators"]["enumeration"] == {
        "measured": 1,
        "cannot_run": 1,
        "best": 1,
        "reasons": [result["estimators"]["score_function"]["reasons"][0]],
    }


def test_a_stopped_sweep_goes_on(
    spec: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    out, whole = tmp_path / "table.csv", local.run
    words = ["sweep", str(spec), "--out", str(out), "--workers", "0", "--json"]

    def stopped(tasks: Any, workers: int | None) -> Iterator[local.Finished]:
        for index, finished in enumerate(whole(tasks, workers)):
            if index == 4:
                raise KeyboardInterrupt
            yield finished

    monkeypatch.setattr(local, "run", stopped)
    assert main(words) == 130
    assert not out.exists()
    kept = tmp_path / "table.csv.partial.jsonl"
    lines = kept.read_bytes().splitlines(keepends=True)
    assert len(lines) == 1 + 4
    kept.write_bytes(b"".join(lines) + b'{"task": "cut o')
    asked: list[int] = []

    def counted(tasks: Any, workers: int | None) -> Iterator[local.Finished]:
        asked.append(len(tasks))
        return whole(tasks, workers)

    monkeypatch.setattr(local, "run", counted)
    capsys.readouterr()
    assert main(words) == 0
    result = strict(capsys.readouterr().out)
    assert (asked, result["resumed"], result["cells"]) == ([5], 4, 9)
    assert not kept.exists()
    fresh = tmp_path / "fresh.csv"
    assert main([*words[:3], str(fresh), *words[4:]]) == 0
    assert [row.repeatable() for row in read(out)] == [row.repeatable() for row in read(fresh)]


@pytest.mark.parametrize("content", ['{"sweep": "another"}\n', "nothing\n", '{"a": 1}\n[1]\n'])
def test_what_was_kept_of_another_sweep_is_left_alone(
    content: str, spec: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "table.csv.partial.jsonl"
    kept.write_text(content)
    assert main(["sweep", str(spec), "--out", str(tmp_path / "table.csv"), "--workers", "0"]) == 2
    error = capsys.readouterr().err
    assert len(error.splitlines()) == 1 and "remove it, or give another `--out`" in error
    assert kept.read_text() == content


@pytest.mark.parametrize(
    ("content", "words", "said"),
    [
        ("{}", [], "The field `over` is missing"),
        ("[1]", [], "A configuration is a JSON object, got list."),
        ("{", [], "is not JSON"),
        ("\xff", [], "is not JSON"),
        ("[" * 100_000, [], "nested too deeply"),
        ('{"over": "k", "values": [1], "colour": 1}', [], "Unknown field 'colour'"),
        ('{"over": "k", "values": [NaN], "cost": "cosine"}', [], "must be a finite number"),
        ('{"atlas": {"cost": "quadratic"}, "over": "k"}', [], "Unknown field 'over' beside `atlas`"),
        ('{"atlas": {"family": "normal"}}', [], "Unknown field 'family'"),
        ('{"atlas": {"cost": "x +"}}', [], "x +"),
        (None, ["--out", "table.txt"], "got the ending '.txt' of 'table.txt', expected .parquet or .csv"),
        (None, ["--out", "table"], "got the ending none"),
        (None, ["--out", "/dev/null/table.csv"], "Option `--out`: cannot write"),
        (None, ["--out", "a\0b.csv"], "Option `--out`: cannot write"),
        (None, ["--workers", "-1"], "expected a whole number from 0 to 256"),
        (None, ["--workers", "two"], "expected a number"),
        (None, ["--workers", "2", "--scheduler", "tcp://127.0.0.1:9"], "beside `--scheduler`"),
        (None, ["--scheduler", "nowhere"], "Option `--scheduler`: no scheduler answers at 'nowhere'"),
        (None, ["--scheduler", "tcp://127.0.0.1:9"], "no scheduler answers at 'tcp://127.0.0.1:9'"),
    ],
)
def test_what_is_refused(
    content: str | None,
    words: list[str],
    said: str,
    spec: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(dask, "SECONDS", 0.2)
    monkeypatch.chdir(spec.parent)
    if content is not None:
        spec.write_bytes(content.encode("latin-1"))
    out = [] if "--out" in words else ["--out", "table.csv"]
    assert main(["sweep", str(spec), *out, *words]) == 2
    printed = capsys.readouterr()
    assert printed.out == "" and len(printed.err.splitlines()) == 1
    assert said in printed.err


def test_files_that_are_not_there_and_words_that_are_missing(capsys: pytest.CaptureFixture[str]) -> None:
    for words, said in (
        (["no.json", "--out", "a.csv"], "Cannot read 'no.json' (No such file or directory): expected a JSON file"),
        (["no.json"], "Got no --out: expected it"),
        ([], "Got no SPEC.json, --out: expected"),
    ):
        assert main(["sweep", *words]) == 2
        assert said in capsys.readouterr().err


def test_without_dask_the_requirement_is_named(
    spec: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    words = ["sweep", str(spec), "--out", str(tmp_path / "a.csv"), "--scheduler", "tcp://127.0.0.1:9"]
    assert main(words) == 2
    error = capsys.readouterr().err
    assert "Dask is not installed" in error and dask.REQUIREMENTS in error
    assert (Path(__file__).parent.parent / dask.REQUIREMENTS).is_file()
