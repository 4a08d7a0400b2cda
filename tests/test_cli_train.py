"""`train`: the page's numbers without the page."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from playground.__main__ import main
from playground.config import Config
from playground.export import to_json
from playground.training.drive import drive
from playground.training.history import CAPACITY
from playground.training.run import Run
from tests.test_cli import strict

ODD_SLICES = (1, 7, 33, 2, 129, 1, 255, 61, 111)


def train(capsys: pytest.CaptureFixture[str], line: str) -> dict[str, Any]:
    code = main(["train", *line.split(), "--json"])
    printed = capsys.readouterr()
    assert (code, printed.err) == (0, "")
    return strict(printed.out)


def driven_in_slices(config: Config, slices: tuple[int, ...]) -> Run:
    """A run as the page has it, each slice one visit of the scheduler."""
    run = Run(config)
    for steps in slices:
        for _ in range(steps):
            run.step()
        run.serve()
    return run


@pytest.mark.parametrize(
    "config",
    [
        Config.create(estimators=("pathwise", "score_function_mean_baseline"), optimizer="adam", seed=7),
        Config.create(family="bernoulli", cost="(x - 0.45)**2", estimators=("straight_through_gumbel",), mode="same"),
    ],
    ids=lambda config: config.family,
)
def test_the_same_numbers_as_on_the_page_whatever_the_slices(config: Config) -> None:
    steps = sum(ODD_SLICES)
    assert steps > CAPACITY, "the history is thinned out on the way"
    snapshot = driven_in_slices(config, ODD_SLICES).snapshot
    assert snapshot is not None and snapshot.step == steps
    outcome = drive(config, steps)
    assert (outcome.status, outcome.cause, outcome.step) == ("finished", None, steps)
    np.testing.assert_array_equal(outcome.theta, snapshot.theta)
    common, here, there = np.intersect1d(outcome.history.step, snapshot.history.step, return_indices=True)
    assert len(common) > CAPACITY // 2
    for name in ("theta", "mean", "variance"):
        np.testing.assert_array_equal(
            outcome.history.columns[name][here].astype(np.float32),
            snapshot.history.columns[name][there].astype(np.float32),
        )


def test_what_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    line = "--family normal --cost quadratic --optimizer sgd --learning-rate 0.01 --steps 2000 --seed 0"
    result = train(capsys, line)
    assert (result["status"], result["cause"], result["step"]) == ("finished", None, 2000)
    assert set(result["parameters"]) == {"loc", "scale"}
    # E (x − 0)² = loc² + scale²: exact, from the parameters that are printed.
    assert result["cost"] == pytest.approx(sum(value**2 for value in result["parameters"].values()), rel=1e-6)
    assert result["cost"] < 0.2
    history = result["history"]
    assert 200 < len(history) <= CAPACITY
    assert history[0]["step"] == 0
    assert history[0]["parameters"] == {"loc": 1.0, "scale": 1.0}
    assert all(row["variance"]["loc"] > 0 for row in history)
    assert [row["step"] for row in history] == sorted({row["step"] for row in history})
    assert result["reasons"] == {}
    assert Config.from_mapping(result["config"]).to_mapping() == result["config"]


def test_several_estimators_have_a_lane_each(capsys: pytest.CaptureFixture[str]) -> None:
    result = train(capsys, "--estimator pathwise --estimator score_function,measure_valued --steps 30 --maximize")
    assert [lane["estimator"] for lane in result["lanes"]] == ["pathwise", "score_function", "measure_valued"]
    first = result["lanes"][0]
    assert all(result[name] == first[name] for name in ("parameters", "cost", "history", "reasons"))
    assert len({lane["parameters"]["loc"] for lane in result["lanes"]}) == 3
    assert result["cost"] > 2.0, "E f was 2 at the start, and is to grow"


def test_a_divergence_is_a_result_with_its_cause(capsys: pytest.CaptureFixture[str]) -> None:
    result = train(capsys, "--learning-rate 1000 --steps 500")
    assert result["status"] == "diverged"
    assert "diverged" in result["cause"] and "learning rate" in result["cause"]
    assert result["step"] < 500
    assert [row["step"] for row in result["history"]] == list(range(result["step"]))
    assert all(value is not None for value in result["parameters"].values())


def test_a_cost_without_an_exact_value_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    result = train(
        capsys, "--param scale=3 --cost exp(0.1*x*x) --estimator score_function --steps 1 --learning-rate 1e-9"
    )
    assert result["cost"] is None
    assert "not finite" in result["reasons"]["cost"]


def test_an_exported_run_is_trained_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = Config.create(
        family="categorical",
        params={"logits": [0.1, 0.2, 0.3]},
        cost="linear",
        estimators=("gumbel_softmax",),
        hyperparameters={"temperature": 0.5},
        show=("logits[2]",),
        seed=3,
    )
    snapshot = driven_in_slices(config, (3, 2)).snapshot
    assert snapshot is not None
    file = tmp_path / "run.json"
    file.write_text(to_json(snapshot))
    again = train(capsys, f"--config {file} --steps 5")
    assert again["config"] == config.to_mapping()
    assert list(again["parameters"].values()) == [float(value) for value in snapshot.theta[0]]
    other = train(capsys, f"--config {file} --steps 5 --seed 4 --family bernoulli --estimator straight_through")
    assert other["config"]["params"] == {"logits": 0.0}
    assert (other["config"]["seed"], other["config"]["cost"]) == (4, "linear")
    part = train(capsys, f"--config {file} --steps 1 --set temperature=2")
    assert part["config"]["hyperparameters"] == {"temperature": 2.0}


@pytest.mark.parametrize(
    "content",
    ["", "no", "[]", "{}", json.dumps({"format": "gradient-playground-run/1", "config": {"estimators": [{}]}})],
)
def test_a_file_that_is_no_run_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str) -> None:
    file = tmp_path / "run.json"
    file.write_text(content)
    assert main(["train", "--config", str(file)]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
