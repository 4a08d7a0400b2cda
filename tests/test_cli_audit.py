"""`audit`: rows as JSON, a table for people, a file to go on from, and one line for what cannot be."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from playground.__main__ import main
from playground.audit import store
from tests.test_cli import strict

Audit = Callable[..., tuple[int, str, str]]


@pytest.fixture
def audit(capsys: pytest.CaptureFixture[str]) -> Audit:
    def run(*argv: str) -> tuple[int, str, str]:
        code = main(["audit", *argv])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


def test_json_has_the_rows_the_seed_and_the_versions(audit: Audit) -> None:
    code, out, err = audit("--only", "Normal,Bernoulli", "--json")
    found = strict(out)
    assert (code, err) == (0, "")
    assert found["seed"] == 0 and found["versions"]["tensorflow-probability"]
    assert 0.0 < found["false_alarm_rate"] < 1e-9
    rows = {(row["distribution"], row["parameter"]): row for row in found["rows"]}
    assert list(rows) == [
        ("Normal", "loc"), ("Normal", "scale"), ("Bernoulli(logits)", "logits"), ("Bernoulli(probs)", "probs")
    ]  # fmt: skip
    assert rows["Normal", "loc"]["verdict"] == "flows"
    coin = rows["Bernoulli(probs)", "probs"]
    assert (coin["tape"], coin["verdict"], coin["mean"], coin["z"]) == ("None", "absent", None, None)
    assert list(coin)[:9] == [
        "distribution", "parameter", "declared", "tape", "verdict", "mean", "exact", "standard_error", "z"
    ]  # fmt: skip


def test_people_get_lines_and_a_summary(audit: Audit) -> None:
    code, out, err = audit("--only", "InverseGaussian", "--only", "Laplace")
    assert (code, err) == (0, "")
    assert "Wrong: InverseGaussian." in out and "seed 0" in out
    assert sum(line.startswith("wrong ") for line in out.splitlines()) >= 2
    assert "nan" not in out.split()


def test_the_seed_changes_the_draws_and_not_the_verdict(audit: Audit) -> None:
    first, second = (strict(audit("--only", "Laplace", "--seed", seed, "--json")[1])["rows"] for seed in ("0", "7"))
    assert [row["verdict"] for row in first] == [row["verdict"] for row in second] == ["flows", "flows"]
    assert first[0]["mean"] != second[0]["mean"]


def test_a_stopped_audit_goes_on_where_it_was(audit: Audit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "cache" / "rows.jsonl"
    audit("--only", "Laplace", "--resume", str(file))
    whole = file.read_text()
    head, first, second, end = whole.split("\n")
    assert json.loads(head)["audit"]["seed"] == 0 and end == ""
    # Killed in the middle of a line: Laplace is run anew, and the broken line is gone.
    file.write_text(f"{head}\n{first}\n{second[:40]}")
    code, out, _ = audit("--only", "Laplace", "--resume", str(file), "--json")
    assert code == 0 and [row["parameter"] for row in strict(out)["rows"]] == ["loc", "scale"]
    kept = [json.loads(line) for line in file.read_text().splitlines()[1:]]
    assert {(row["distribution"], row["parameter"]) for row in kept} == {("Laplace", "loc"), ("Laplace", "scale")}

    def never(*arguments: Any) -> Any:
        raise AssertionError("a finished row was run again")

    monkeypatch.setattr(store, "audit", never)
    code, out, _ = audit("--only", "Laplace", "--resume", str(file), "--json")
    assert code == 0 and strict(out)["rows"] == kept[-2:]


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (("--only", "Nrmal"), "Unknown distribution 'Nrmal': expected the name of a class of tfp.distributions"),
        (("--only", "Normal,"), "Unknown distribution ''"),
        (("--only", "GaussianProcess"), "has no row in the audit"),
        (("--seed", "-1"), "`seed` must be a whole number from 0"),
        (("--seed", "x"), "Option `--seed`"),
        (("--only",), "got no value"),
    ],
)
def test_what_cannot_be_is_one_line_and_exit_code_two(audit: Audit, argv: tuple[str, ...], words: str) -> None:
    code, out, err = audit(*argv, "--json") if argv != ("--only",) else audit(*argv)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert words in err


def test_a_file_that_is_no_audit_s_or_another_one_s_is_refused_and_kept(audit: Audit, tmp_path: Path) -> None:
    notes = tmp_path / "notes.txt"
    notes.write_text("milk\nbread\n")
    code, out, err = audit("--only", "Laplace", "--resume", str(notes))
    assert (code, out) == (2, "") and "is not an audit's" in err and notes.read_text() == "milk\nbread\n"
    other = tmp_path / "other.jsonl"
    other.write_text(json.dumps({"audit": {"seed": 5, "versions": {}}}) + "\n")
    code, _, err = audit("--only", "Laplace", "--resume", str(other))
    assert code == 2 and "seed 5" in err and err.count("\n") == 1
    code, _, err = audit("--only", "Laplace", "--resume", str(tmp_path))
    assert code == 2 and "Option `--resume`" in err
