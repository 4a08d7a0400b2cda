"""Rows become a sample: checked, split, standardised; what is wrong is named by row and column."""

from typing import Any

import numpy as np
import pytest

from playground.data.sample import DATA_SEED, _builtin, builtin, row_number, sample_of, to_source
from playground.data.table import read_table
from playground.dataset import Sample
from playground.datasets import DATASETS
from playground.errors import InvalidInput


def plane_of(rows: np.ndarray, **options: Any) -> Sample:
    columns = [f"c{index}" for index in range(rows.shape[1])]
    return sample_of("a", "plane", columns, rows, **{"standardize": True, **options})


def rows_of(size: int = 2, number: int = 50) -> np.ndarray:
    return np.random.default_rng(0).normal(5.0, 3.0, size=(number, size))


def refusal(kind: str, rows: Any, columns: tuple[str, ...] | None = None, **options: Any) -> str:
    rows = np.asarray(rows, np.float64)
    names = columns or tuple(f"c{index}" for index in range(rows.shape[1]))
    with pytest.raises(InvalidInput) as caught:
        sample_of("a.csv", kind, names, rows, **{"standardize": True, **options})
    text = str(caught.value)
    assert text.endswith(".") and ". " not in text and "\n" not in text
    return text


def test_rows_are_split_without_loss_and_the_same_way_every_time() -> None:
    rows = rows_of()
    sample = plane_of(rows, standardize=False)
    assert sample.train.shape == (40, 2) and sample.holdout.shape == (10, 2)
    together = np.concatenate([sample.train, sample.holdout])
    np.testing.assert_array_equal(np.sort(together, axis=0), np.sort(rows.astype(np.float32), axis=0))
    assert not np.array_equal(together, rows.astype(np.float32)), "rows in a file's order may be sorted by cluster"
    np.testing.assert_array_equal(plane_of(rows, standardize=False).holdout, sample.holdout)
    assert not np.array_equal(plane_of(rows, standardize=False, seed=1).holdout, sample.holdout)


@pytest.mark.parametrize(("fraction", "aside"), [(0.1, 5), (0.5, 25), (0.001, 1)])
def test_the_share_held_out(fraction: float, aside: int) -> None:
    sample = plane_of(rows_of(), fraction=fraction)
    assert (len(sample.train), len(sample.holdout)) == (50 - aside, aside)


def test_standardised_by_the_training_rows_alone() -> None:
    rows = rows_of()
    holdout = rows_of() * 2.0 + 1.0
    sample = plane_of(rows, holdout=holdout)
    np.testing.assert_allclose(sample.center, rows.mean(axis=0))
    np.testing.assert_allclose(sample.scale, rows.std(axis=0))
    np.testing.assert_allclose(sample.train.mean(axis=0), 0.0, atol=1e-6)
    np.testing.assert_allclose(sample.train.std(axis=0), 1.0, rtol=1e-6)
    np.testing.assert_allclose(sample.holdout, (holdout - rows.mean(axis=0)) / rows.std(axis=0), rtol=1e-5)
    np.testing.assert_allclose(to_source(sample, sample.train), rows, rtol=1e-6)
    split = plane_of(rows)
    np.testing.assert_allclose(split.train.mean(axis=0), 0.0, atol=1e-6)
    assert np.abs(split.holdout.mean(axis=0)).max() > 1e-3


def test_large_offsets_and_units_lose_no_digits() -> None:
    rows = rows_of() * 1e-3 + 1e6
    np.testing.assert_allclose(plane_of(rows).train, plane_of(rows_of()).train, atol=1e-5)
    plane_of(rows_of() * 1e90)


def test_a_sample_is_float32_and_read_only() -> None:
    sample = plane_of(rows_of())
    assert sample.train.dtype == sample.holdout.dtype == np.float32
    assert sample.center.dtype == sample.scale.dtype == np.float64
    for array in (sample.train, sample.holdout, sample.center, sample.scale):
        assert not array.flags.writeable


def test_what_lives_elsewhere_is_not_standardised() -> None:
    rng = np.random.default_rng(0)
    for kind, rows in (
        ("counts", rng.poisson(4.0, (30, 1))),
        ("circle", rng.vonmises(0.0, 1.0, (30, 1))),
        ("simplex", rng.dirichlet([1.0, 2.0, 3.0], 30)),
    ):
        columns = [f"c{index}" for index in range(rows.shape[1])]
        sample = sample_of("a", kind, columns, rows.astype(np.float64), standardize=True)
        np.testing.assert_array_equal(sample.center, 0.0)
        np.testing.assert_array_equal(sample.scale, 1.0)
        together = np.concatenate([sample.train, sample.holdout])
        np.testing.assert_allclose(np.sort(together, axis=0), np.sort(rows, axis=0), rtol=1e-6)


def test_angles_are_brought_into_one_turn() -> None:
    turns = 2 * np.pi * np.arange(-12, 13)[:, None]
    angles = np.concatenate([turns + 0.5, turns + np.pi, turns - np.pi, turns - 3.0])
    sample = sample_of("a", "circle", ["angle"], angles, standardize=False, holdout=np.array([[np.pi], [-np.pi]]))
    assert np.all(np.abs(sample.train.astype(np.float64)) <= np.pi)
    np.testing.assert_allclose(np.cos(sample.train), np.cos(angles), atol=1e-5)
    np.testing.assert_allclose(np.sin(sample.train), np.sin(angles), atol=1e-5)
    np.testing.assert_allclose(sample.holdout, np.pi, atol=1e-6)


def test_shares_are_divided_by_their_sum_and_stay_positive() -> None:
    rows = np.random.default_rng(0).dirichlet([1.0, 2.0], 30)
    rows[3] = [1e-60, 1.0]
    sample = sample_of("a", "simplex", ["p", "q"], rows.round(4) + 1e-60, standardize=False)
    assert sample.train.min() > 0 and sample.holdout.min() > 0
    np.testing.assert_allclose(sample.train.sum(axis=1), 1.0, rtol=1e-6)


COUNTS = np.arange(12.0)[:, None]
SHARES = np.stack([np.linspace(0.1, 0.8, 12), 1 - np.linspace(0.1, 0.8, 12)], axis=1)


def changed(rows: np.ndarray, row: int, column: int, value: float) -> np.ndarray:
    copy = rows.copy()
    copy[row, column] = value
    return copy


@pytest.mark.parametrize(
    ("kind", "rows", "options", "expected"),
    [
        ("sphere", COUNTS, {}, "Unknown kind of data 'sphere': expected one of plane, circle, counts, simplex."),
        ("plane", COUNTS[:1], {}, "'a.csv' has 1 row, expected at least 10 to fit a distribution to."),
        ("plane", COUNTS, {"fraction": 0.0}, "The share of rows held out must be above 0 and at most 0.5, got 0.0."),
        ("plane", COUNTS, {"fraction": float("nan")}, "The share of rows held out must be above 0 and"),
        ("plane", COUNTS, {"holdout": COUNTS[:0]}, "The held-out rows of 'a.csv' are none, expected at least one."),
        ("plane", COUNTS, {"holdout": np.zeros((3, 2))}, "'a.csv, held out' has rows of shape (2,), expected one"),
        ("plane", COUNTS, {"holdout": COUNTS * 1e9}, "The held-out rows of 'a.csv' lie up to"),
        ("plane", np.arange(500.0).reshape(10, 50), {}, "'a.csv': a density of real vectors takes 1 to 8 columns,"),
        ("plane", changed(COUNTS, 4, 0, np.nan), {}, "'a.csv', row 5, column 'c0': got nan, expected a finite number."),
        ("plane", np.full((12, 1), 0.1), {}, "'a.csv', column 'c0': got 0.1 in all 10 training rows, expected values"),
        ("plane", 0.1 + 1e-17 * COUNTS, {"standardize": False}, "'a.csv', column 'c0': got 0.1 in all 10"),
        ("plane", COUNTS * 1e6, {"standardize": False}, "'a.csv' has a value of 1.1e+07, expected at most ±1e+06"),
        ("counts", np.full((12, 1), 3.0), {}, "'a.csv', column 'c0': got 3 in all 10 training rows"),
        ("counts", changed(COUNTS, 2, 0, 1.5), {}, "'a.csv', row 3, column 'c0': got 1.5, expected a whole number"),
        ("counts", changed(COUNTS, 0, 0, -1), {}, "'a.csv', row 1, column 'c0': got -1, expected a whole number"),
        ("counts", COUNTS, {"total_count": 9}, "'a.csv', row 11, column 'c0': got 10, expected a whole number from 0"),
        ("counts", COUNTS, {"total_count": 0}, "The number of trials must be between 1 and 1,000,000, got 0."),
        ("counts", COUNTS, {"holdout": COUNTS + 0.5}, "'a.csv, held out', row 1, column 'c0': got 0.5, expected"),
        ("counts", SHARES, {}, "'a.csv': a density of counts takes 1 column, got 2: choose among them."),
        ("circle", changed(COUNTS, 3, 0, -1001), {}, "'a.csv', row 4, column 'c0': got -1001, expected an angle"),
        ("circle", SHARES, {}, "'a.csv': a density of angles takes 1 column, got 2"),
        ("simplex", COUNTS, {}, "'a.csv': a density of shares takes 2 to 8 columns, got 1"),
        ("simplex", changed(SHARES, 1, 0, 0.0), {}, "'a.csv', row 2, column 'c0': got 0, expected a share above 0"),
        ("simplex", SHARES * 1.01, {}, "'a.csv', row 1: c0, c1 sum to 1.01, expected 1 within 0.0001: divide each row"),
    ],
)  # fmt: skip
def test_rows_that_are_not_of_their_kind_are_refused(
    kind: str, rows: np.ndarray, options: dict[str, Any], expected: str
) -> None:
    assert refusal(kind, rows, **options).startswith(expected)


def test_a_row_of_a_file_is_named_by_its_line() -> None:
    table = read_table("b.csv", b"n\n\n" + b"".join(b"%d\n" % number for number in range(11)) + b"2.5\n")
    text = refusal("counts", table.rows(["n"]), ("n",), place=table.place)
    assert text.startswith("'a.csv', line 14, column 'n': got 2.5, expected a whole number")
    assert row_number(0) == "row 1"


@pytest.mark.parametrize("key", DATASETS)
def test_every_built_in_data_set_makes_a_sample(key: str) -> None:
    dataset, sample = DATASETS[key], builtin(key)
    assert (sample.label, sample.kind, sample.columns) == (dataset.label, dataset.kind, dataset.columns)
    assert sample.total_count == dataset.total_count
    rows = dataset.make(np.random.default_rng(DATA_SEED))
    together = np.concatenate([to_source(sample, sample.train), to_source(sample, sample.holdout)])
    np.testing.assert_allclose(np.sort(together, axis=0), np.sort(rows, axis=0), rtol=1e-4, atol=1e-5)
    assert builtin(key) is sample and builtin(key, seed=1) is not sample
    np.testing.assert_array_equal(sample.scale == 1.0, sample.kind != "plane")


def test_a_data_set_that_is_not_there() -> None:
    with pytest.raises(InvalidInput, match="Unknown data set 'moon': expected one of blobs, moons,"):
        builtin("moon")
    with pytest.raises(InvalidInput, match="share of rows held out"):
        builtin("moons", fraction=0.9)


def test_the_cache_is_bounded() -> None:
    for seed in range(40):
        builtin("old_faithful", seed=seed)
    assert _builtin.cache_info().currsize <= 32
