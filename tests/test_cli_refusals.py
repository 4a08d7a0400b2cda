"""What can be typed wrong on the command line: one line on stderr, exit code 2, never a traceback."""

from collections.abc import Callable

import pytest

from playground.__main__ import main

Cli = Callable[..., tuple[int, str, str]]


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Cli:
    def call(*argv: str) -> tuple[int, str, str]:
        code = main(list(argv))
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return call


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
    "sampling": ("measure --sampling halton", "'halton'"),
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
