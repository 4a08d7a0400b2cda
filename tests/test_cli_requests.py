"""`measure --from`: one request a line in, one result or one refusal a line out, in order."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from playground.__main__ import main
from tests.test_cli import MEASURE_FIELDS, strict

WHOLE: dict[str, Any] = {
    "family": "normal",
    "params": {"loc": 1, "scale": 1},
    "cost": "quadratic",
    "cost_params": {"target": 0},
    "estimator": "pathwise",
    "hyperparameters": {},
    "sampling": "independent",
    "samples": 1,
    "replicates": 200,
    "seed": 0,
}
SMALL = '"replicates": 50'
BAD_LINES = {
    "word": (b"hello", "not JSON"),
    "half": (b'{"family": "normal"', "not JSON"),
    "not UTF-8": (b'{"family": "\xff"}', "not JSON"),
    "NUL": (b'{"family": "normal\x00"}', "not JSON"),
    "deep": (b"[" * 10_000, "not JSON"),
    "deep and closed": (b"[" * 100_000 + b"]" * 100_000, "deep"),
    "list": (b"[1, 2]", "object"),
    "null": (b"null", "object"),
    "number": (b"3", "object"),
    "unknown field": (b'{"estimators": ["pathwise"]}', "'estimators'"),
    "twice": (b'{"seed": 1, "seed": 2}', "twice"),
    "twice inside": (b'{"params": {"loc": 1, "loc": 2}}', "'loc'"),
    "family a list": (b'{"family": ["normal"]}', "text"),
    "cost null": (b'{"cost": null}', "text"),
    "cost import": (b'{"cost": "__import__(\'os\')"}', "__import__"),
    "estimator a list": (b'{"estimator": ["pathwise"]}', "estimator"),
    "estimator an object": (b'{"estimator": {}}', "estimator"),
    "params a list": (b'{"params": [1]}', "params"),
    "params zero": (b'{"params": 0}', "params"),
    "params null": (b'{"params": null}', "params"),
    "loc a word": (b'{"params": {"loc": "1"}}', "loc"),
    "loc true": (b'{"params": {"loc": true}}', "loc"),
    "loc null": (b'{"params": {"loc": null}}', "loc"),
    "loc NaN": (b'{"params": {"loc": NaN}}', "nan"),
    "loc infinite": (b'{"params": {"loc": 1e999}}', "inf"),
    "loc endless": (b'{"params": {"loc": ' + b"9" * 5000 + b"}}", "inf"),
    "scale": (b'{"params": {"scale": -1}}', "positive"),
    "samples a word": (b'{"samples": "16"}', "samples"),
    "samples true": (b'{"samples": true}', "samples"),
    "samples 0": (b'{"samples": 0}', "samples"),
    "seed a fraction": (b'{"seed": 0.5}', "seed"),
    "seed a list": (b'{"seed": [1]}', "seed"),
    "sampling a list": (b'{"sampling": []}', "sampling"),
    "pathwise Poisson": (b'{"family": "poisson"}', "not reparameterized"),
}


def run(path: str, capsys: pytest.CaptureFixture[str]) -> list[Any]:
    code = main(["measure", "--from", path, "--json"])
    printed = capsys.readouterr()
    assert (code, printed.err) == (0, "")
    return [strict(line) for line in printed.out.splitlines()]


def test_results_keep_the_order_and_say_what_the_options_say(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    requests = [WHOLE | {"seed": seed, "estimator": key} for seed, key in enumerate(("pathwise", "score_function"))]
    file = tmp_path / "requests.jsonl"
    file.write_text("\n".join(map(json.dumps, requests)))
    results = run(str(file), capsys)
    assert [list(result) for result in results] == [MEASURE_FIELDS] * 2
    for request, result in zip(requests, results, strict=True):
        assert result["config"] == request, "a configuration that is printed can be asked again"
    main(["measure", *"--replicates 200 --seed 1 --estimator score_function --json".split()])
    alone = strict(capsys.readouterr().out)
    assert alone["mean"] == results[1]["mean"]


def test_missing_fields_take_their_defaults(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "requests.jsonl"
    file.write_bytes(b"\xef\xbb\xbf{}\r\n  \n\n")
    (result,) = run(str(file), capsys)
    assert result["config"] == WHOLE | {"replicates": 20_000}


def test_a_bad_line_is_refused_and_the_rest_go_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good = f"{{{SMALL}}}".encode()
    lines = [line for bad, _ in BAD_LINES.values() for line in (bad, good)]
    file = tmp_path / "requests.jsonl"
    file.write_bytes(b"\n".join(lines))
    results = run(str(file), capsys)
    assert len(results) == len(lines)
    for (name, (_, named)), result in zip(BAD_LINES.items(), results[::2], strict=True):
        assert list(result) == ["error"], name
        assert named in result["error"], name
        assert result["error"].isprintable() and len(result["error"]) < 700, name
    assert {tuple(result["mean"]) for result in results[1::2]} == {tuple(results[1]["mean"])}


def test_standard_input_is_read_for_a_dash(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(f"{{{SMALL}}}\nno\n".encode())))
    result, error = run("-", capsys)
    assert result["parameters"] == ["loc", "scale"]
    assert "not JSON" in error["error"]


def test_people_get_a_table_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "requests.jsonl"
    file.write_text(f"{{{SMALL}}}\nno\n")
    assert main(["measure", "--from", str(file)]) == 0
    printed = capsys.readouterr().out
    assert "std. error" in printed and "not JSON" in printed
