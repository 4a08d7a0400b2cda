"""What a learner takes home opens again, and says the same."""

import csv
import io
import json

import pytest

from playground import export
from playground.config import Config
from playground.errors import InvalidInput
from playground.training.run import Run


@pytest.fixture(scope="module")
def snapshot():
    run = Run(Config.create(estimators=["pathwise", "measure_valued"], samples=4, replicates=8, seed=3))
    run.serve()
    for _ in range(5):
        run.step()
    run.serve()
    return run.snapshot


def test_the_csv_holds_every_kept_step_of_every_estimator(snapshot):
    rows = list(csv.DictReader(io.StringIO(export.to_csv(snapshot))))
    assert [(row["step"], row["estimator"]) for row in rows[:3]] == [
        ("0", "pathwise"), ("0", "measure_valued"), ("1", "pathwise"),
    ]  # fmt: skip
    assert float(rows[0]["theta[loc]"]) == 1.0 and float(rows[0]["exact_gradient[loc]"]) == pytest.approx(2.0)
    assert rows[1]["exact_variance[loc]"] == "" and "nan" not in export.to_csv(snapshot)


def test_the_json_is_valid_and_opens_again(snapshot):
    text = export.to_json(snapshot)
    content = json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))
    assert content["step"] == 5 and len(content["history"]) == 10
    assert Config.from_mapping(export.config_of(text)) == snapshot.config


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": "other"}', b"\xff\xfe", '{"config": 3}', "[" * 100_000])
def test_a_file_of_another_kind_is_named(text):
    with pytest.raises(InvalidInput, match="exported"):
        export.config_of(text)
