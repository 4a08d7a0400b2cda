"""`reproduce`: what is printed, where it is written, and what is refused."""

import json
from pathlib import Path

import pytest

from playground.__main__ import main
from playground.reproductions import REPRODUCTIONS
from tests.test_cli import strict

FIELDS = (
    "name label source claim reproduces checks differences notes panels quick pieces resumed files versions".split()
)
NAME = "mohamed-2020-fig3"


def test_what_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "new" / "folder"
    code = main(["reproduce", NAME, "--quick", "--json", "--out", str(folder)])
    printed = capsys.readouterr()
    result = strict(printed.out)
    assert (code, printed.err, list(result)) == (0, "", FIELDS)
    assert set(result["checks"][0]) == {"what", "relation", "expected", "measured", "tolerance", "holds", "reason"}
    assert result["reproduces"] and all(check["holds"] for check in result["checks"])
    assert {Path(name).name for name in result["files"].values()} == {
        f"{NAME}.{kind}" for kind in ("html", "svg", "csv", "json", "jsonl")
    }
    assert all(Path(name).stat().st_size > 1000 for name in result["files"].values())
    code = main(["reproduce", NAME, "--quick", "--out", str(folder)])
    text = capsys.readouterr().out
    assert code == 0
    for check in result["checks"]:
        assert check["what"] in text and check["reason"] in text
    assert REPRODUCTIONS[NAME].claim in text


def test_what_does_not_reproduce_is_told_and_ends_with_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("playground.reproductions.mohamed_2020_fig3.CROSSING", 1.2)
    assert main(["reproduce", NAME, "--quick", "--json", "--out", str(tmp_path)]) == 1
    result = json.loads(capsys.readouterr().out)
    assert [check["expected"] for check in result["checks"] if not check["holds"]] == [1.2]
    assert result["reproduces"] is False


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nothing"], "Unknown reproduction 'nothing': expected one of biased-fixed-points"),
        ([], "Got no NAME: expected it"),
        ([NAME, "--out", "/dev/null/there"], "Option `--out`"),
        ([NAME, "--out", "a\0b"], "Option `--out`"),
        ([NAME, "--slow"], "--slow"),
    ],
)
def test_what_is_refused(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["reproduce", *words]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert len(printed.err.splitlines()) == 1
    assert said in printed.err


def test_a_checkpoint_of_other_settings_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / f"{NAME}.partial.jsonl").write_text('{"reproduction": "other"}\n')
    assert main(["reproduce", NAME, "--quick", "--out", str(tmp_path)]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
