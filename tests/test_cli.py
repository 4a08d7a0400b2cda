"""The command line in this process: what it prints, and that nothing that can be typed breaks it."""

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from playground.__main__ import main
from playground.costs import COSTS
from playground.estimators import ESTIMATORS
from playground.families import FAMILIES

Cli = Callable[..., tuple[int, str, str]]

MEASURE_FIELDS = "parameters exact mean standard_error variance z unbiased gradients_per_second reasons config".split()
NORMAL = "measure --family normal --param loc=1 --param scale=1 --cost quadratic --cost-param target=0".split()


def strict(text: str) -> Any:
    """JSON as the standard has it: Python's own reader also takes NaN."""

    def refuse(word: str) -> float:
        raise AssertionError(f"{word} is not JSON")

    return json.loads(text, parse_constant=refuse)


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Cli:
    def call(*argv: str) -> tuple[int, str, str]:
        code = main(list(argv))
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return call


def test_list_has_every_plug_in_and_every_triple(cli: Cli) -> None:
    code, out, err = cli("list", "--json")
    found = strict(out)
    assert (code, err) == (0, "")
    assert [f["key"] for f in found["families"]] == list(FAMILIES)
    assert [e["key"] for e in found["estimators"]] == list(ESTIMATORS)
    assert [c["key"] for c in found["costs"]] == list(COSTS)
    triples = {(t["family"], t["estimator"], t["cost"]): t for t in found["legal"]}
    assert len(triples) == len(found["legal"]) == len(FAMILIES) * len(ESTIMATORS) * len(COSTS)
    for triple in triples.values():
        assert (triple["why_not"] is None) == isinstance(triple["unbiased"], bool)
    assert triples["normal", "pathwise", "quadratic"]["why_not"] is None
    assert "not reparameterized" in triples["poisson", "pathwise", "quadratic"]["why_not"]
    assert triples["uniform", "score_function", "quadratic"]["unbiased"] is False


def test_list_describes_parameters_and_claims(cli: Cli) -> None:
    found = strict(cli("list", "--json")[1])
    families, estimators = ({x["key"]: x for x in found[name]} for name in ("families", "estimators"))
    loc, scale = families["normal"]["parameters"]
    assert (loc["name"], loc["minimum"], loc["lengths"]) == ("loc", -5.0, None)
    assert scale["constraint"] == "must be positive"
    assert families["categorical"]["parameters"][0]["lengths"] == [3, 10]
    assert families["dirichlet"]["vector"] and not families["normal"]["vector"]
    factor = families["mvn_tril"]["parameters"][1]
    tie = {"name": "scale_tril[1][0]", "minimum": -5.0, "constraint": "must be a finite number"}
    assert [element["minimum"] for element in factor["elements"]] == [0.05, -5.0, 0.05] and factor["elements"][1] == tie
    assert estimators["pathwise"]["vectors"] and not estimators["measure_valued"]["vectors"]
    assert families["poisson"]["discrete"] and families["uniform"]["moving_support"]
    assert estimators["score_function"]["unbiased"] is True, "of problems whose support stays put"
    assert estimators["straight_through"]["unbiased"] is False
    assert estimators["gumbel_softmax"]["hyperparameters"][0]["name"] == "temperature"
    assert {s["key"] for s in found["sampling_schemes"]} == {"independent", "antithetic", "sobol"}
    assert {o["key"] for o in found["optimizers"]} == {"sgd", "adam"}


def test_measure_finds_the_published_gradient_and_variance(cli: Cli) -> None:
    code, out, err = cli(*NORMAL, "--estimator", "pathwise", "--samples", "1", "--seed", "0", "--json")
    result = strict(out)
    assert (code, err) == (0, "")
    assert list(result) == MEASURE_FIELDS
    assert result["parameters"] == ["loc", "scale"]
    assert result["exact"] == pytest.approx([2.0, 2.0])
    # Var 2(1 + ε) = 4; Var 2(ε + ε²) = 4(1 + 2) = 12, whose sample has a relative standard error of √(114/9R) = 2.5 %.
    assert result["variance"] == pytest.approx([4.0, 12.0], rel=0.15)
    for index in range(2):
        z = (result["mean"][index] - result["exact"][index]) / result["standard_error"][index]
        assert result["z"][index] == pytest.approx(z)
        assert abs(z) < 5
        assert result["standard_error"][index] == pytest.approx(math.sqrt(result["variance"][index] / 20_000))
    assert result["unbiased"] is True
    assert result["gradients_per_second"] > 0
    assert result["reasons"] == {}


def test_measure_repeats_itself_with_the_seed_only(cli: Cli) -> None:
    def mean(seed: str) -> list[float]:
        return strict(cli(*NORMAL, "--replicates", "100", "--seed", seed, "--json")[1])["mean"]

    assert mean("3") == mean("3") != mean("4")


def test_measure_takes_vectors_expressions_hyperparameters_and_schemes(cli: Cli) -> None:
    vector = ["measure", "--family", "categorical", "--param", "logits=0.1,0.2,-0.3", "--cost", "(x - 1.5)**2"]
    more = ["--estimator", "gumbel_softmax", "--set", "temperature=0.5", "--sampling", "antithetic", "--samples", "4"]
    code, out, err = cli(*vector, *more, "--replicates", "500", "--json")
    result = strict(out)
    assert (code, err) == (0, "")
    assert result["parameters"] == ["logits[0]", "logits[1]", "logits[2]"]
    assert result["unbiased"] is False
    assert result["config"]["hyperparameters"] == {"temperature": 0.5}
    assert result["config"]["params"] == {"logits": [0.1, 0.2, -0.3]}


def test_a_parameter_without_noise_has_no_z_and_the_reason_is_there(cli: Cli) -> None:
    result = strict(cli("measure", "--family", "categorical", "--estimator", "enumeration", "--json")[1])
    assert result["z"] == [None] * 4
    assert result["variance"] == [0.0] * 4
    assert "no noise" in result["reasons"]["z"]
    assert result["mean"] == pytest.approx(result["exact"], abs=1e-5)


def test_what_is_not_finite_is_null_with_its_reason(cli: Cli) -> None:
    code, out, err = cli("measure", "--param", "scale=20", "--cost", "exp(x*x)", "--json")
    result = strict(out)
    assert (code, err) == (0, "")
    for field in ("exact", "mean", "standard_error", "variance", "z"):
        assert result[field] == [None, None]
        assert result["reasons"][field].endswith(".")


@pytest.mark.parametrize("command", ["", "list", "measure", "train", "bench"])
def test_help(cli: Cli, command: str) -> None:
    code, out, err = cli(*command.split(), "--help")
    assert (code, err) == (0, "")
    assert f"usage: python -m playground {command}".strip() in out
    assert "--json" in out


@pytest.mark.parametrize(
    "line",
    [
        "list",
        "measure --replicates 100",
        "measure --replicates 100 --cost linear",
        "train --steps 20 --estimator pathwise,score_function",
        "train --steps 50 --learning-rate 1e5",
    ],
)
def test_people_get_a_table(cli: Cli, line: str) -> None:
    code, out, err = cli(*line.split())
    assert (code, err) == (0, "")
    assert len(out.splitlines()) > 2
    assert "{" not in out and "nan" not in out.split()


def test_ctrl_c_is_130_without_a_word(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(config: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("playground.measure.measure", interrupt)
    assert cli(*NORMAL) == (130, "", "")


def test_a_fault_of_ours_is_one_line_too(cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def fail(config: Any) -> None:
        raise RuntimeError("first line\nsecond line")

    monkeypatch.setattr("playground.measure.measure", fail)
    assert cli(*NORMAL) == (1, "", "The command failed: RuntimeError: first line\\nsecond line\n")
    requests = tmp_path / "requests.jsonl"
    requests.write_text("{}\n")
    code, out, _ = cli("measure", "--from", str(requests), "--json")
    assert code == 0 and "RuntimeError" in strict(out)["error"]


def test_blocks_make_one_measurement(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """Replicates come in blocks where memory asks for it: the moments of the union are the same ones."""
    line = [*NORMAL, "--replicates", "5001", "--json"]
    whole = strict(cli(*line)[1])
    monkeypatch.setattr("playground.measure.BLOCK_ELEMENTS", 200)
    parts = strict(cli(*line)[1])
    assert parts["mean"] != whole["mean"], "other blocks draw other numbers"
    assert max(map(abs, parts["z"])) < 5
    # With y = ε + ε², Var y² / (Var y)² = 114/9: two sample variances at n = 5001 differ by 36 % at 5 standard errors.
    assert parts["variance"] == pytest.approx(whole["variance"], rel=0.36)
    exact = strict(cli("measure", "--family", "bernoulli", "--estimator", "enumeration", "--json")[1])
    assert exact["variance"] == [0.0] and exact["z"] == [None]
