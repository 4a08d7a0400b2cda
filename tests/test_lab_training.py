"""The Variance lab's steps: the same whatever the slices, finished when all is done, and what its files hold."""

import csv
import io
import json
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet as pq

from playground.errors import InvalidInput
from playground.export import config_of
from playground.lab import plan
from playground.lab.cloud import MOST_POINTS
from playground.lab.config import LabConfig
from playground.lab.export import FORMAT, KINDS
from playground.lab.presets import PRESETS
from playground.lab.training import LabMoment, LabTraining
from playground.sweeps import table
from playground.sweeps.spec import SweepSpec
from playground.sweeps.task import run_task
from playground.training.run import Run
from tests.by_hand import Clock

SMALL: dict[str, Any] = {"replicates": 200, "samples": 4, "count": 3, "low": -1.0, "high": 1.0, "over": "loc"}


def finished(config: LabConfig) -> LabMoment:
    """What a run has found when it says that it is done."""
    clock = Clock()
    run = Run(config, float("inf"), clock)
    run.serve()
    run.play()
    for _ in range(2000):
        run.serve()
        if run.snapshot.status == "finished":
            return run.snapshot
        clock.tick(1.0)
    raise AssertionError(f"It stands at {run.snapshot.step} of {run.snapshot.total}: {run.snapshot.cause}")


def test_a_run_does_all_tasks_and_finds_what_each_finds_alone() -> None:
    config = LabConfig.create(**SMALL)
    moment = finished(config)
    assert moment.step == moment.total == 6
    plan._rows.cache_clear()
    alone = [row.repeatable() for task in config.spec.tasks() for row in run_task(task)]
    assert [row.repeatable() for row in moment.rows] == alone


def test_it_goes_on_from_where_it_was_paused_and_whatever_the_slices() -> None:
    config = LabConfig.create(**SMALL)
    whole, slices = LabTraining(), LabTraining()
    whole.begin(config)
    whole.advance(6, 1)
    slices.begin(config)
    for steps in (1, 3, 2):
        slices.stand_at(slices.state)
        slices.advance(steps, 1)
    assert whole.state == slices.state and whole.total == slices.state.step == 6
    assert not whole.cold


def test_only_what_is_drawn_changes_without_measuring_again() -> None:
    config = LabConfig.create(**SMALL)
    training = LabTraining()
    training.begin(config)
    training.advance(2, 1)
    assert training.edit(LabConfig.create(**SMALL, measure="cosine", show="scale")) is True
    assert training.state.step == 2
    assert training.edit(LabConfig.create(**{**SMALL, "replicates": 300})) is None


def test_what_cannot_run_is_a_step_that_finds_the_reason() -> None:
    moment = finished(LabConfig.create(**{**SMALL, "cost": "step"}))
    reasons = {row.estimator: row.reason for row in moment.rows if not row.ran}
    assert set(reasons) == {"pathwise"} and str(reasons["pathwise"]).endswith(".")
    assert any(row.ran and row.estimator == "score_function" for row in moment.rows)


def test_a_cloud_has_the_mean_and_the_covariance_of_all_its_estimates() -> None:
    config = LabConfig.create("cloud", estimators=["score_function", "enumeration"], samples=4, replicates=700)
    clouds = {cloud.estimator: cloud for cloud in finished(config).clouds}
    (task,) = [task for task in plan.tasks(config) if task.estimator == "score_function"]
    elements = [row for row in run_task(task) if row.parameter != "all"]
    means, variances = np.array([(row.mean, row.variance) for row in elements], np.float64).T
    found = clouds["score_function"]
    assert found.points.shape == (MOST_POINTS, 2) and not found.points.flags.writeable
    np.testing.assert_allclose(found.mean, means, rtol=1e-9)
    np.testing.assert_allclose(np.diag(found.covariance), variances, rtol=1e-9)
    np.testing.assert_allclose(found.exact, [2.0, 2.0], rtol=1e-9)  # ∇ of loc² + scale² at (1, 1)
    # The ellipse's outline is two standard deviations away, as Mahalanobis measures it.
    away = found.ellipse(0, 1) - found.mean
    distance = np.einsum("ni,ij,nj->n", away, np.linalg.inv(found.covariance), away)
    np.testing.assert_allclose(distance, 4.0, rtol=1e-6)
    assert not clouds["enumeration"].ran and clouds["enumeration"].reason is not None


def test_advice_ranks_all_that_the_budget_pays_for() -> None:
    moment = finished(LabConfig.create("advice", "poisson", budget=8, replicates=200))
    assert moment.advice is not None
    errors = [choice.mean_squared_error for choice in moment.advice.ranked]
    assert errors == sorted(errors, key=lambda error: np.inf if error is None else error)
    assert all(choice.evaluations <= 8 and choice.row.replicates == 200 for choice in moment.advice.ranked)
    seen = {row.estimator for row in moment.rows}
    assert seen == {choice.estimator for choice in moment.advice.ranked} and "pathwise" not in seen


def test_a_file_holds_what_was_measured_and_opens_again() -> None:
    moment = finished(LabConfig.create(**SMALL))
    assert table.from_csv(str(KINDS["csv"].write(moment))) == moment.rows
    content = KINDS["parquet"].write(moment)
    assert isinstance(content, bytes) and table.from_parquet(content) == moment.rows
    again = pq.read_schema(pa.BufferReader(content)).metadata[table.SPEC]
    assert SweepSpec.from_mapping(json.loads(again)) == moment.config.spec
    text = str(KINDS["json"].write(moment))
    assert LabConfig.from_mapping(config_of(text, FORMAT)) == moment.config
    assert len(json.loads(text)["rows"]) == len(moment.rows) and json.loads(text)["total"] == 6


def test_a_clouds_file_holds_its_points() -> None:
    moment = finished(LabConfig.create("cloud", estimators=["score_function"], samples=4, replicates=100))
    lines = list(csv.DictReader(io.StringIO(str(KINDS["csv"].write(moment)))))
    assert len(lines) == 100 and set(lines[0]) == {"estimator", "replicate", "loc", "scale"}
    assert float(lines[7]["scale"]) == moment.clouds[0].points[7, 1]
    assert isinstance(KINDS["parquet"].write(moment), bytes)


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.key)
def test_a_preset_is_what_a_file_says(preset) -> None:  # type: ignore[no-untyped-def]
    config = preset.config
    assert LabConfig.from_mapping(json.loads(json.dumps(config.to_mapping()))) == config
    assert plan.tasks(config) and len(preset.story) < 110


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"view": "map"}, "`view` must be one of sweep"),
        ({"over": "k"}, "`over` must be one of loc, scale, target, samples"),
        ({"low": 2.0, "high": 1.0}, "`low` must be below `high`"),
        ({"low": -9.0}, "between -5 and 5"),
        ({"over": "samples", "low": 2.5}, "whole numbers"),
        ({"low": -1.0, "scale": "log"}, "log scale needs `low` above 0"),
        ({"estimators": []}, "one to 8 keys"),
        ({"measure": "bias"}, "`measure` must be one of variance"),
        ({"show": "rate"}, "`show` must be one of all, loc, scale"),
        ({"samples": 900, "replicates": 5000}, "at most 1,000,000 in the lab"),
        ({"family": "uniform", "over": "high", "low": -4.0}, "`high` must be above `low`"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(given: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        LabConfig.create(**given)
    assert words in str(raised.value) and str(raised.value).endswith(".")
