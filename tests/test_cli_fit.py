"""`fit`: the zoo from the command line, on built-in data and on files, and what bad files are told."""

import json
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from playground.__main__ import main
from playground.datasets import DATASETS
from playground.export import config_of
from playground.fitting.config import FitConfig
from playground.fitting.export import FORMAT, KINDS, to_csv, to_json, to_script
from playground.fitting.fit_training import FitTraining
from playground.targets import TARGETS
from playground.training.history import History
from playground.training.training import Moment
from playground.zoo import ZOO
from tests.test_cli import strict

FIELDS = (
    "model goal sizes steps status cause parameters log_likelihood holdout_log_likelihood reverse_kl rows center scale "
    "notes reasons config"
).split()


def fit(capsys: pytest.CaptureFixture[str], *argv: str) -> dict[str, Any]:
    code = main(["fit", *argv, "--json"])
    printed = capsys.readouterr()
    assert (code, printed.err) == (0, "")
    return strict(printed.out)


def csv_of(path: Path, rows: np.ndarray, names: str = "a,b") -> str:
    path.write_text("\n".join([names, *(",".join(map(repr, map(float, row))) for row in rows)]) + "\n")
    return str(path)


@pytest.fixture
def blobs(tmp_path: Path) -> tuple[str, str]:
    """A file to fit and one to hold out, of two far-apart blobs in awkward units."""
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(600, 2)) + 8.0 * rng.integers(2, size=(600, 1))
    rows = rows * [1000.0, 0.01] + [5000.0, 0.3]
    return csv_of(tmp_path / "train.csv", rows[:500]), csv_of(tmp_path / "held.csv", rows[500:])


@pytest.mark.parametrize("model", ZOO)
def test_every_model_is_fitted(capsys: pytest.CaptureFixture[str], model: str) -> None:
    result = fit(capsys, model, "--steps", "3")
    assert list(result) == FIELDS
    assert (result["status"], result["steps"], result["cause"]) == ("finished", 3, None)
    assert math.isfinite(result["log_likelihood"]) and math.isfinite(result["holdout_log_likelihood"])
    assert list(result["reasons"]) == ["reverse_kl"]
    assert FitConfig.from_mapping(result["config"]).to_mapping() == result["config"]


def test_a_file_in_its_own_units(capsys: pytest.CaptureFixture[str], tmp_path: Path, blobs: tuple[str, str]) -> None:
    """Standardised or not the likelihood is that of the rows as given, and the script has the same density."""
    train, held = blobs
    script = tmp_path / "model.py"
    line = ["mixture_mvn_tril", "--data", train, "--set", "components=2", "--standardize", "--steps", "600"]
    alone = fit(capsys, *line)
    assert alone["holdout_log_likelihood"] is None and "--holdout FILE" in alone["reasons"]["holdout_log_likelihood"]
    assert alone["rows"] == {"train": 500, "holdout": 0}
    both = fit(capsys, *line, "--holdout", held, "--script", str(script), "--set", "bijector=exp")
    assert both["rows"] == {"train": 500, "holdout": 100} and both["sizes"]["bijector"] == "exp"
    assert both["log_likelihood"] == pytest.approx(alone["log_likelihood"], abs=0.01)
    # Two unit blobs in units of 1000 and 0.01: −log 2 − log 2π − 1 − log(1000 · 0.01), up to the sample's own noise.
    expected = -math.log(2.0) - math.log(2.0 * math.pi) - 1.0 - math.log(10.0)
    assert both["log_likelihood"] == pytest.approx(expected, abs=0.15)
    assert both["holdout_log_likelihood"] == pytest.approx(expected, abs=0.4)
    rows = np.loadtxt(held, delimiter=",", skiprows=1)
    more = f"\nprint(distribution.log_prob(np.array({rows.tolist()}, np.float32)).numpy().mean(dtype=np.float64))\n"
    script.write_text(script.read_text() + more)
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=True)
    assert float(done.stdout.splitlines()[-1]) == pytest.approx(both["holdout_log_likelihood"], abs=1e-3)


def test_reverse_kl(capsys: pytest.CaptureFixture[str]) -> None:
    result = fit(capsys, "mvn_diag", "--goal", "reverse_kl", "--target", "banana", "--steps", "400", "--samples", "16")
    assert 0.0 < result["reverse_kl"] < 3.0
    assert set(result["reasons"]) == {"log_likelihood", "holdout_log_likelihood"}
    assert result["rows"] is None


def test_a_divergence_is_a_result_with_its_cause(capsys: pytest.CaptureFixture[str]) -> None:
    line = "mixture_mvn_tril --data old_faithful --optimizer sgd --learning-rate 100000 --steps 100"
    result = fit(capsys, *line.split())
    assert result["status"] == "diverged" and result["steps"] < 100
    assert "Lower the learning rate" in result["cause"]


def test_text_and_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fit", "mvn_diag", "--steps", "2"]) == 0
    printed = capsys.readouterr().out
    assert "finished after 2 steps" in printed and "holdout_log_likelihood" in printed and "scale" in printed
    assert main(["list", "--json"]) == 0
    found = strict(capsys.readouterr().out)
    assert [m["key"] for m in found["zoo"]] == list(ZOO) and len(ZOO) == 12
    assert [d["key"] for d in found["datasets"]] == list(DATASETS)
    assert [t["key"] for t in found["targets"]] == list(TARGETS)
    assert main(["list"]) == 0
    printed = capsys.readouterr().out
    assert all(key in printed for key in (*ZOO, *DATASETS, *TARGETS))


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("", "Got no model"),
        ("zzz", "Unknown model 'zzz'"),
        ("flow --data nowhere.csv", "cannot read 'nowhere.csv'"),
        ("flow --data blobs_4d", "takes 2 columns, got 4"),
        ("flow --data blobs --columns x", "`columns` are for uploads"),
        ("flow --data blobs --holdout x.csv", "built-in data have held-out rows of their own"),
        ("flow --target banana", "expected `--goal reverse_kl`"),
        ("flow --goal reverse_kl --data blobs", "has no data"),
        ("flow --steps 0", "`steps` must be a whole number"),
        ("flow --set colour=3", "Option `--set`"),
        ("flow --set components=2", "has no components to choose"),
        ("mvn_diag --set event_size=3", "`event_size` must be 2"),
        ("mvn_diag --learning-rate fast", "Option `--learning-rate`"),
        ("mvn_diag --start warm", "`start` must be one of"),
        ("mvn_diag --script /dev/null/x.py --steps 1", "cannot write"),
    ],
)
def test_what_is_refused(capsys: pytest.CaptureFixture[str], line: str, sentence: str) -> None:
    assert main(["fit", *line.split()]) == 2
    error = capsys.readouterr().err
    assert sentence in error and len(error.splitlines()) == 1


WIDE = (
    ",".join(f"c{i}" for i in range(50))
    + "\n"
    + "\n".join(",".join(f"{i * j % 7}" for j in range(50)) for i in range(20))
)


@pytest.mark.parametrize(
    ("content", "extra", "words"),
    [
        (b"", "", "is empty"),
        (b"a,b\n1,2\n", "", "one row"),
        (b"a,b\n" + b"x,y\n" * 20, "", "no column of numbers"),
        (b"a,b\n" + b"1,2\n" * 5 + b"nan,3\n" + b"2,1\n" * 9, "", "a"),
        (b"a,b\n" + b"".join(b"%d,7\n" % i for i in range(20)), "", "'b'"),
        (b"a,b\n" + b"".join(b"%d,%d\n" % (i, i * i) for i in range(20)), "--columns a,z", "no column 'z'"),
        ("a,b\n1,ä\n".encode("utf-16"), "", "'bad.csv'"),
        (WIDE.encode(), "", "takes 2 to 8 columns, got 50"),
    ],
    ids=["empty", "one row", "text", "nan", "constant", "unknown column", "utf-16", "50 columns"],
)
def test_a_bad_file_is_told_what_is_wrong_with_it(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, content: bytes, extra: str, words: str
) -> None:
    file = tmp_path / "bad.csv"
    file.write_bytes(content)
    assert main(["fit", "mvn_diag", "--data", str(file), *extra.split()]) == 2
    printed = capsys.readouterr()
    assert words in printed.err and len(printed.err.splitlines()) == 1 and printed.out == ""


def test_what_is_taken_home() -> None:
    training = FitTraining()
    config = FitConfig.create(data="old_faithful", components=2, standardize=True)
    training.begin(config)
    history = History(stride=5)
    rows, _ = training.advance(20, 5)
    history.extend(history.kept(0, 20), rows)
    moment = training.look(Moment(1, 1, "paused", None, config, 60.0, 20, history.view()))
    content = strict(to_json(moment))
    assert FitConfig.from_mapping(config_of(json.dumps(content), FORMAT)) == config
    assert content["step"] == 20 and [row["step"] for row in content["history"]] == [0, 5, 10, 15]
    assert content["history"][0]["variance[loc]"] is None, "unknown before there are two gradients"
    np.testing.assert_array_equal(np.float32(content["parameters"]["loc"]), moment.values["loc"])
    assert content["log_likelihood"] < -3.0, "in minutes, not in standard deviations"
    lines = to_csv(moment).splitlines()
    assert len(lines) == 5 and lines[0].startswith("step,loss,norm[logits]") and ",," in lines[1]
    compile(to_script(moment), "model.py", "exec")
    assert set(KINDS) == {"csv", "json", "py"}
