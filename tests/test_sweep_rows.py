"""A sweep's rows: every column by its definition, the same again from the same task, and as a table and back.

Sampled numbers are held to 5 standard errors of their own: six comparisons in all, 4e-6 false alarms for a new seed.
"""

import json
import pickle
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet as pq

from playground.commands.measure import config_of
from playground.errors import InvalidInput
from playground.estimators import ESTIMATORS
from playground.measure import blocks, measure
from playground.spread import Spread
from playground.sweeps.row import ALL, COLUMNS, TIMED, Row
from playground.sweeps.spec import SweepSpec
from playground.sweeps.table import from_csv, from_parquet, to_csv, to_parquet
from playground.sweeps.task import Task, run_task

Z = 5.0
BITS = {"family": "bernoulli", "params": {"logits": 0.8}, "cost": "quadratic", "cost_params": {"target": 0.45}}


def rows_of(estimator: str, **problem: Any) -> dict[str, Row]:
    """The rows of one cell, by parameter."""
    spec = SweepSpec.create(estimators=[estimator], over="samples", values=[problem.pop("samples", 1)], **problem)
    return {row.parameter: row for row in run_task(spec.tasks()[0])}


@pytest.fixture(scope="module")
def few() -> tuple[Row, ...]:
    """Rows of every kind: measured, without a variance, without an exact one, that cannot run."""
    keys = ["pathwise", "score_function_loo", "enumeration"]
    cost = "(x - 0.3)**2 + 0*sin(x)"
    spec = SweepSpec.create(over="samples", values=[1, 2], estimators=keys, cost=cost, replicates=50)
    return tuple(row for task in spec.tasks() for row in run_task(task))


def test_known_variances() -> None:
    """(x − k)² under N(1, 1) with K = 1, by loc, at d = 1 − k = 1: score function 8d² + 10 + …, worked by hand.

    Mohamed et al. (2020): at k = 0 the variances are 30 for the score function and 4 for the path.
    """
    for estimator, variance in (("score_function", 30.0), ("pathwise", 4.0), ("measure_valued", 16 / np.pi - 4)):
        row = rows_of(estimator)["loc"]
        assert row.variance is not None and row.variance_error is not None
        assert abs(row.variance - variance) < Z * row.variance_error
        assert 0.0 < row.variance_error < 0.1 * variance
        if row.exact_variance is not None:
            assert row.exact_variance == pytest.approx(variance, rel=1e-9)
        assert row.exact == pytest.approx(2.0, rel=1e-9)
    assert rows_of("score_function", samples=8, replicates=10)["loc"].exact_variance == pytest.approx(30.0 / 8)


def test_a_bias_is_measured_with_its_error() -> None:
    """Straight-through takes E[f′(b)] p(1 − p) for the gradient (f(1) − f(0)) p(1 − p): 2(p − 0.45) for 0.1."""
    p = 1.0 / (1.0 + np.exp(-0.8))
    bias = p * (1.0 - p) * (2.0 * (p - 0.45) - 0.1)
    row = rows_of("straight_through", **BITS)[ALL]
    assert row.bias_squared is not None and row.bias_squared_error is not None and row.unbiased is False
    assert abs(row.bias_squared - bias**2) < Z * row.bias_squared_error < 0.2 * bias**2
    clean = rows_of("score_function", **BITS)[ALL]
    assert clean.bias_squared is not None and clean.bias_squared_error is not None
    assert abs(clean.bias_squared) < Z * clean.bias_squared_error < 0.01 * bias**2


@pytest.mark.parametrize(
    ("estimator", "problem"),
    [("pathwise", {"cost": "cosine", "samples": 3}), ("gumbel_softmax", {**BITS, "samples": 2})],
)
def test_the_columns_are_what_they_say(
    estimator: str, problem: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each by its definition, from the replicates themselves, also when they come in blocks."""
    monkeypatch.setattr("playground.measure.BLOCK_ELEMENTS", 200)
    found = rows_of(estimator, replicates=500, **problem)
    config = config_of(json.loads(found[ALL].config))
    parts = [rows for rows, _ in blocks(config)]
    assert len(parts) > 3
    rows = np.concatenate(parts)
    exact = np.array([found[name].exact for name in config.problem.names])
    for index, name in enumerate(config.problem.names):
        row, own = found[name], rows[:, index]
        assert row.mean == pytest.approx(own.mean())
        assert row.variance == pytest.approx(own.var(ddof=1))
        assert row.mean_squared_error == pytest.approx(((own - exact[index]) ** 2).mean())
        assert row.signal_to_noise == pytest.approx(abs(own.mean()) / own.std(ddof=1))
    whole = found[ALL]
    assert whole.variance == pytest.approx(rows.var(axis=0, ddof=1).sum())
    assert whole.mean_squared_error == pytest.approx(((rows - exact) ** 2).sum(axis=1).mean())
    cosines = rows @ exact / np.linalg.norm(rows, axis=1) / np.linalg.norm(exact)
    assert whole.cosine == pytest.approx(cosines.mean())
    assert whole.cosine_error == pytest.approx(cosines.std(ddof=1) / np.sqrt(500))
    distance = ((rows - rows.mean(axis=0)) ** 2).sum(axis=1)
    # Taken about the mean of the first block, of 33 to 100 rows here: 1/√33 of a deviation off, which moves the spread
    # of squared distances by a few per cent. Blocks have thousands of rows outside this test.
    assert whole.variance_error == pytest.approx(distance.std(ddof=1) / np.sqrt(500), rel=0.1)
    assert whole.evaluations == ESTIMATORS[estimator].evaluations(config.problem, {}, config.samples)
    assert whole.variance_times_evaluations == pytest.approx(whole.variance * whole.evaluations)
    assert whole.variance_times_seconds == pytest.approx(whole.variance * whole.seconds_per_gradient)


def test_moments_of_blocks_are_those_of_the_whole() -> None:
    rows = np.random.default_rng(0).gamma(0.5, size=(1000, 2)) + [1e6, 0.0]
    joined = Spread.of(rows[:1])
    for part in (rows[1:300], rows[300:301], rows[301:]):
        joined = joined.joined(Spread.of(part))
    centred = rows - rows.mean(axis=0)
    for power, sums in ((2, joined.second), (3, joined.third), (4, joined.fourth)):
        # 1e6 beside a spread of 1 leaves ten digits of each number, and a power of four has a quarter of them less.
        assert sums == pytest.approx((centred**power).sum(axis=0), rel=1e-7)
    # The error of a Normal's variance is σ² sqrt(2/(N − 1)), up to its own noise of some per cent.
    normal = Spread.of(np.random.default_rng(1).normal(size=(100_000, 1)))
    assert normal.variance_error == pytest.approx(np.sqrt(2.0 / 100_000), rel=0.05)


def test_an_estimate_of_nothing_points_nowhere() -> None:
    """A single bit's leave-one-out estimate is exactly 0 when both agree: its cosine counts as 0, not as undefined."""
    row = rows_of("score_function_loo", **BITS, samples=2, replicates=2000)[ALL]
    p = 1.0 / (1.0 + np.exp(-0.8))
    assert row.cosine is not None and row.cosine_error is not None
    assert abs(row.cosine - 2 * p * (1 - p)) < Z * row.cosine_error
    # The exact gradient of a constant is 0, and has no direction.
    flat = rows_of("score_function", cost="0*x + 1", replicates=20)[ALL]
    assert flat.cosine is None and flat.variance is not None


def test_what_cannot_run_says_why_and_the_others_run(few: tuple[Row, ...]) -> None:
    by_cell = {(row.estimator, row.value): row for row in few if row.parameter == ALL}
    assert "continuum" in (by_cell["enumeration", 1.0].reason or "")
    assert "K ≥ 2" in (by_cell["score_function_loo", 1.0].reason or "")
    assert not by_cell["score_function_loo", 1.0].ran
    assert by_cell["score_function_loo", 2.0].ran and by_cell["score_function_loo", 2.0].reason is None
    assert [row.parameter for row in few if row.estimator == "pathwise" and row.value == 1.0] == ["loc", "scale", ALL]
    spec = SweepSpec.create(over="loc", values=[1], family="cauchy", cost="quadratic", estimators="score_function")
    assert "no expected" in (run_task(spec.tasks()[0])[0].reason or "")


def test_a_task_says_the_same_again_and_travels(few: tuple[Row, ...]) -> None:
    spec = SweepSpec.create(
        over="temperature", values=[0.5], estimators=["straight_through_gumbel"], samples=4, replicates=40, **BITS
    )
    (task,) = spec.tasks()
    travelled = pickle.loads(pickle.dumps(task))
    assert travelled == task == Task(**json.loads(task.key)) and len(pickle.dumps(task)) < 1000
    first, again = run_task(task), run_task(travelled)
    assert [row.repeatable() for row in first] == [row.repeatable() for row in again]
    assert all((getattr(row, name) or 0.0) > 0.0 for row in first for name in TIMED)
    assert [Row.from_mapping(json.loads(json.dumps(row.to_mapping()))) for row in first] == list(first)
    found = measure(config_of(json.loads(first[0].config)))
    assert (first[0].variance, first[0].mean) == (found.variance[0], found.mean[0])


def test_tables_come_back_as_they_were(few: tuple[Row, ...]) -> None:
    content = to_parquet(few, '{"over": "samples"}')
    assert from_parquet(content) == few
    assert from_csv(to_csv(few)) == few
    assert to_csv(few).splitlines()[0].split(",") == list(COLUMNS)
    read = pq.read_table(pa.BufferReader(content))
    assert read.schema.metadata[b"gradient-playground-sweep/1"] == b'{"over": "samples"}'
    assert read.schema.field("variance").type == pa.float64() and read.schema.field("samples").type == pa.int64()
    for wrong, said in ((b"PAR0", "not Parquet"), (b"", "not Parquet")):
        with pytest.raises(InvalidInput, match=said):
            from_parquet(wrong)
    for text in ("", "a,b\n1,2\n", to_csv(few).replace("50", "fifty")):
        with pytest.raises(InvalidInput, match="not a sweep's table"):
            from_csv(text)
