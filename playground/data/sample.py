"""From rows to a `Sample`: checked, split into training and held-out rows, standardised."""

import functools
from collections.abc import Callable, Sequence

import numpy as np

from playground.data.kinds import CHECKS, Given
from playground.dataset import Sample
from playground.datasets import DATASETS
from playground.errors import InvalidInput
from playground.registry import look_up

DATA_SEED = 3
"""Of the built-in data, which are the same for everybody; a run's own seed decides the split."""

LEAST_ROWS = 10
FRACTION = 0.2
# Standardised rows are small; of others float32 keeps too few digits, and their squares have to fit.
LARGEST_RAW = 1e6
ROUNDING = 1e-12


def row_number(index: int) -> str:
    """What messages call a row where no file has lines."""
    return f"row {index + 1}"


def sample_of(
    label: str,
    kind: str,
    columns: Sequence[str],
    rows: np.ndarray,
    *,
    holdout: np.ndarray | None = None,
    fraction: float = FRACTION,
    standardize: bool,
    seed: int = 0,
    total_count: int | None = None,
    place: Callable[[int], str] = row_number,
) -> Sample:
    """Checks rows, sets some aside, and standardises by what is left for training.

    Args:
      label: What the data are called.
      kind: One of `playground.target.KINDS`.
      columns: Names of the D columns.
      rows: [N, D], N ≥ 10.
      holdout: Rows to hold out [M, D], M ≥ 1; all of `rows` are for training then. None sets some of `rows` aside.
      fraction: The share to set aside, above 0 and at most a half; at least one row.
      standardize: Whether to subtract the training rows' mean and divide by their standard deviation. Angles, counts
        and shares are left as they are, because their distributions live where they are.
      seed: Of the shuffle that decides which rows are set aside.
      total_count: The number of trials, for counts that have an upper end.
      place: What messages call the row of an index, for example `Table.place`.

    Raises:
      InvalidInput: One sentence that names the row and the column, if the rows are not of the kind, are fewer than
        ten, or a column is constant.
    """
    check = look_up(CHECKS, kind, "kind of data")
    if not 0.0 < fraction <= 0.5:
        raise InvalidInput(f"The share of rows held out must be above 0 and at most 0.5, got {fraction!r}.")
    names = tuple(columns)
    if len(rows) < LEAST_ROWS:
        got = f"{len(rows)} row{'' if len(rows) == 1 else 's'}"
        raise InvalidInput(f"'{label}' has {got}, expected at least {LEAST_ROWS} to fit a distribution to.")
    checked = check(_finite(Given(label, names, rows, place, total_count)))
    if holdout is None:
        order = np.random.default_rng(seed).permutation(len(checked))
        aside = max(1, round(fraction * len(checked)))
        held, train = checked[order[:aside]], checked[order[aside:]]
    else:
        if len(holdout) == 0:
            raise InvalidInput(f"The held-out rows of '{label}' are none, expected at least one.")
        held = check(_finite(Given(f"{label}, held out", names, holdout, row_number, total_count)))
        train = checked
    center, scale = _center_and_scale(label, names, train)
    if kind != "plane" or not standardize:
        center, scale = np.zeros_like(center), np.ones_like(scale)
    train, held = (train - center) / scale, (held - center) / scale
    if np.abs(train).max() > LARGEST_RAW:
        raise InvalidInput(
            f"'{label}' has a value of {train.flat[np.abs(train).argmax()]:g}, expected at most ±{LARGEST_RAW:g} where "
            "columns are not standardised: standardise them."
        )
    if np.abs(held).max() > LARGEST_RAW:
        raise InvalidInput(
            f"The held-out rows of '{label}' lie up to {np.abs(held).max():g} away from the training rows' centre in "
            f"their units, expected at most {LARGEST_RAW:g}: give both the same units."
        )
    parts = (_float32(kind, train), _float32(kind, held))
    return Sample(label, kind, names, *parts, center, scale, total_count)


def builtin(key: str, *, fraction: float = FRACTION, standardize: bool = True, seed: int = 0) -> Sample:
    """The sample of a built-in data set: the same rows at any time, split by `seed`.

    Raises:
      InvalidInput: If there is no data set of that key, or the fraction is out of its range.
    """
    look_up(DATASETS, key, "data set")
    return _builtin(key, float(fraction), bool(standardize), int(seed))


@functools.lru_cache(maxsize=32)
def _builtin(key: str, fraction: float, standardize: bool, seed: int) -> Sample:
    dataset = DATASETS[key]
    rows = dataset.make(np.random.default_rng(DATA_SEED))
    return sample_of(
        dataset.label,
        dataset.kind,
        dataset.columns,
        rows,
        fraction=fraction,
        standardize=standardize,
        seed=seed,
        total_count=dataset.total_count,
    )


def to_source(sample: Sample, rows: np.ndarray) -> np.ndarray:
    """Rows [..., D] as a fit sees them → in the units of the data as they came, float64."""
    return np.asarray(rows, np.float64) * sample.scale + sample.center


def _finite(given: Given) -> Given:
    """The same rows as finite float64 [N, D], one column for each name."""
    rows = np.asarray(given.rows, np.float64)
    rows = rows[:, None] if rows.ndim == 1 else rows
    if rows.ndim != 2 or rows.shape[1] != len(given.columns):
        raise InvalidInput(
            f"'{given.label}' has rows of shape {rows.shape[1:]}, expected one number for each of {len(given.columns)} "
            f"columns: {', '.join(given.columns)}."
        )
    finite = given._replace(rows=rows)
    finite.refuse(~np.isfinite(rows), "a finite number")
    return finite


def _center_and_scale(label: str, columns: tuple[str, ...], train: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation of each column [D], [D]: a constant one is refused."""
    # What differs by rounding only is constant: its standard deviation is noise, but seldom exactly 0.
    constant = np.ptp(train, axis=0) <= ROUNDING * np.abs(train).max(axis=0)
    if constant.any():
        index = int(np.argmax(constant))
        raise InvalidInput(
            f"'{label}', column '{columns[index]}': got {train[0, index]:.10g} in all {len(train):,} training rows, "
            "expected values that differ: a variance of 0 has no density, so leave the column out."
        )
    return train.mean(axis=0), train.std(axis=0)


def _float32(kind: str, rows: np.ndarray) -> np.ndarray:
    """Rows as a fit sees them: float32, and still of their kind after rounding."""
    rounded = rows.astype(np.float32)
    if kind == "circle":  # the nearest float32 of π lies beyond it
        end = np.nextafter(np.float32(np.pi), np.float32(0.0))
        return np.clip(rounded, -end, end)
    if kind == "simplex":  # a share that float32 cannot tell from 0 has no logarithm
        return np.maximum(rounded, np.finfo(np.float32).tiny)
    return rounded
