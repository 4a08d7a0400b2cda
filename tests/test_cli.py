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
    assert families["poisson"]["discrete"] and families["uniform"]["moving_support"]
    assert estimators["score_function"]["unbiased"] is True, "of problems whose support stays put"
    assert estimators["straight_through"]["unbiased"] is False
    assert estimators["gumbel_softmax"]["hyperparameters"][0]["name"] == "temperature"
    assert {s["key"] for s in found["sampling_schemes"]} == {"independent", "antithetic"}
    assert {o["key"] for o in found["optimizers"]} == {"sgd", "adam"}


def test_measure_finds_the_published_gradient_and_variance(cli: Cli) -> None:
    code, out, err = cli(*NORMAL, "--estimator", "pathwise", "--samples", "1", "--seed", "0", "--json")
    result = strict(out)
    assert (code, err) == (0, "")
    assert list(result) == MEASURE_FIELDS
    assert result["parameters"] == ["loc", "scale"]
    assert result["exact"] == pytest.approx([2.0, 2.0])
    # Var 2(loc + scale·ε) = 4; Var 2(ε + ε²) = 4(1 + 2) = 12. The fourth moments put 5 standard errors within 15 %.
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


BAD = {
    "no command": ("", "command"),
    "unknown command": ("fly", "'fly'"),
    "unknown option": ("measure --sample 3", "'--sample'"),
    "stray word": ("list everything", "'everything'"),
    "option without value": ("measure --cost", "--cost"),
    "value for a switch": ("measure --json=yes", "yes"),
    "family": ("measure --family normale", "normale"),
    "estimator": ("measure --estimator path", "'path'"),
    "no estimator": ("measure --estimator=", "''"),
    "two estimators to measure": ("measure --estimator pathwise,score_function", "pathwise, score_function"),
    "sampling": ("measure --sampling sobol", "'sobol'"),
    "scale -1": ("measure --param scale=-1", "scale"),
    "scale 0": ("measure --param scale=0", "positive"),
    "NaN": ("measure --param loc=nan", "nan"),
    "scale 0 in float32": ("measure --param scale=1e-300", "float32"),
    "ends that meet in float32": ("measure --family uniform --param low=1 --param high=1.00000000001", "float32"),
    "infinity": ("measure --param loc=-inf", "-inf"),
    "overflow": ("measure --param loc=1e999", "inf"),
    "endless integer": ("measure --param loc=" + "9" * 5000, "inf"),
    "endless seed": ("measure --seed " + "9" * 5000, "seed"),
    "not a number": ("measure --param loc=one", "'one'"),
    "no =": ("measure --param loc", "NAME=VALUE"),
    "no name": ("measure --param =1", "NAME=VALUE"),
    "no value": ("measure --param loc=", "''"),
    "twice": ("measure --param loc=1 --param loc=2", "twice"),
    "unknown parameter": ("measure --param mean=1", "'mean'"),
    "vector for a scalar": ("measure --param loc=1,2", "one number"),
    "scalar for a vector": ("measure --family categorical --param logits=1", "list of numbers"),
    "short vector": ("measure --family categorical --param logits=1,2", "3 to 10"),
    "hole in a vector": ("measure --family categorical --param logits=1,,2", "''"),
    "unknown cost parameter": ("measure --cost-param aim=1", "'aim'"),
    "unknown hyperparameter": ("measure --set temperature=1", "temperature"),
    "hyperparameter out of range": ("measure --family bernoulli --estimator gumbel_softmax --set temperature=0", "0"),
    "K = 0": ("measure --samples 0", "samples"),
    "K = 1.5": ("measure --samples 1.5", "whole number"),
    "K = 1 for leave-one-out": ("measure --estimator score_function_loo --samples 1", "K = 1"),
    "odd antithetic K": ("measure --sampling antithetic --samples 3", "even"),
    "R = 1": ("measure --replicates 1", "replicates"),
    "R huge": ("measure --replicates 1000000000000", "replicates"),
    "R × K huge": ("measure --replicates 10000000 --samples 1000000", "samples × replicates"),
    "seed a word": ("measure --seed x", "'x'"),
    "seed a fraction": ("measure --seed 0.5", "whole number"),
    "seed negative": ("measure --seed -1", "seed"),
    "pathwise Poisson": ("measure --family poisson --estimator pathwise", "not reparameterized"),
    "pathwise step": ("measure --cost step --estimator pathwise", "jumps"),
    "absent file": ("measure --from no/such/file.jsonl", "No such file"),
    "folder as file": ("measure --from .", "directory"),
    "option beside --from": ("measure --from - --cost-param target=1", "`--cost-param`"),
    "training": ("train --optimizer rmsprop", "rmsprop"),
    "learning rate 0": ("train --learning-rate 0", "positive"),
    "learning rate NaN": ("train --learning-rate nan", "nan"),
    "no steps": ("train --steps 0", "steps"),
    "endless steps": ("train --steps 1e30", "steps"),
    "steps NaN": ("train --steps nan", "nan"),
    "steps a word": ("train --steps many", "'many'"),
    "five estimators": ("train --estimator a,b,c,d,e", "one to 4"),
    "the same twice": ("train --estimator pathwise,pathwise", "different"),
    "mode": ("train --mode fast", "fast"),
    "memory": ("train --replicates 10000000 --samples 100", "at most"),
    "start that is 0 in float32": ("train --param scale=1e-300", "float32"),
    "absent run": ("train --config no/such/run.json", "No such file"),
    "unknown benchmark": ("bench --only nothing", "bench"),
}
COST_ATTACKS = {
    "empty": "",
    "blank": "  ",
    "import": "__import__('os').system('true')",
    "attribute": "x.__class__",
    "brackets": "(" * 10_000 + "x" + ")" * 10_000,
    "open brackets": "[" * 10_000,
    "minuses": "-" * 10_000 + "x",
    "power tower": "9**9**9",
    "big power": "x**1000000",
    "lambda": "(lambda: x)()",
    "walrus": "(y := x)",
    "string": "'a' * 10",
    "newline": "x\nimport os",
    "control": "x\x1b[2J\x00",
    "Greek": "μ + x",
    "surrogate": "x + \udcff",
    "unknown function": "gamma(x)",
    "complex": "1j * x",
    "true": "True + x",
}


def refused(outcome: tuple[int, str, str]) -> str:
    """The one line of a refusal."""
    code, out, err = outcome
    assert (code, out) == (2, "")
    assert err.endswith("\n") and len(err.splitlines()) == 1 and err.rstrip("\n").isprintable()
    assert "Traceback" not in err
    assert 15 < len(err) < 700
    return err


@pytest.mark.parametrize(("line", "named"), BAD.values(), ids=BAD)
def test_bad_input_is_one_line_and_2(cli: Cli, line: str, named: str) -> None:
    assert named in refused(cli(*line.split()))


@pytest.mark.parametrize("command", ["measure", "train"])
@pytest.mark.parametrize("cost", COST_ATTACKS.values(), ids=COST_ATTACKS)
def test_a_cost_that_is_none_is_one_line_and_2(cli: Cli, command: str, cost: str) -> None:
    sentence = refused(cli(command, f"--cost={cost}"))
    assert "xpression" in sentence
    assert "expected" in sentence


def test_a_key_that_breaks_lines_does_not_break_the_line(cli: Cli) -> None:
    assert r"a\nb" in refused(cli("measure", "--family", "a\nb\x1b[31m"))
    assert "…" in refused(cli("measure", "--family", "long" * 10_000))


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
