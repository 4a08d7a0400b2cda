"""A series ready for training: in units of its training part, cut by time, with the best forecast where it is known."""

import functools
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from playground.data.uploads import UPLOADS
from playground.errors import InvalidInput
from playground.sequences.config import UPLOAD, SequenceConfig
from playground.sequences.processes import PROCESSES

DATA_SEED = 3
HELD_OUT = 0.25
MOST_POINTS = 20_000
LEAST_WINDOWS = 4
TRAIN_IN_VIEW, HELD_OUT_IN_VIEW = 300, 500
LARGEST = 1e4
CONSTANT = 1e-9


@dataclass(frozen=True)
class Series:
    """Arrays are read-only.

    Attributes:
      label: What it is called.
      values: [N], float32: minus `center`, over `scale`.
      split: The index of the first held-out value: all from there on are never trained on.
      center, scale: Mean and standard deviation of the training part, in the units that it came in.
      best_train, best_holdout: What the true law's own one-step forecast has as its mean negative log-likelihood on the
        same values, in nats a step and the units that it came in; NaN where the law is not known.
      best_normal: Mean and deviation of that law for each value in view, [2, n], in the same units; None where the law
        is not known.
    """

    label: str
    values: np.ndarray
    split: int
    center: float
    scale: float
    best_train: float = float("nan")
    best_holdout: float = float("nan")
    best_normal: np.ndarray | None = None

    def __post_init__(self) -> None:
        self.values.flags.writeable = False
        if self.best_normal is not None:
            self.best_normal.flags.writeable = False

    @property
    def in_view(self) -> tuple[int, int]:
        """The first and one past the last index whose forecasts are scored and drawn, around `split`."""
        return max(1, self.split - TRAIN_IN_VIEW), min(len(self.values), self.split + HELD_OUT_IN_VIEW)


class Lattice(NamedTuple):
    """Windows that together forecast each of a range of values once.

    Attributes:
      windows: [n, T + 1], float32: what is seen, and one step more.
      weights: [n, T], float32: 1 where a forecast counts; their ones are the range, in order.
    """

    windows: np.ndarray
    weights: np.ndarray


def series_for(config: SequenceConfig) -> Series:
    """The series of a configuration.

    Raises:
      InvalidInput: One sentence, if it cannot be used or if the upload is no longer kept.
    """
    if not config.series.startswith(UPLOAD):
        return _built_in(config.series, config.points)
    table = UPLOADS.get(config.series)
    if table is None:
        raise InvalidInput(
            f"The upload '{config.series}' is no longer kept: expected one that is, so upload the file again."
        )
    return series_of(f"{table.label}, {config.column}", table.rows([config.column])[:, 0], config.window)


def series_of(label: str, values: np.ndarray, window: int) -> Series:
    """Cuts the last quarter off and standardises by the rest.

    Args:
      label: What the series is called.
      values: [N], float64, finite, in the order of time.
      window: T; the training part must have a few of them.

    Raises:
      InvalidInput: One sentence, if it is too short, too long, constant, or leaves its range.
    """
    held = max(1, round(HELD_OUT * len(values)))
    split = len(values) - held
    least = int(np.ceil(LEAST_WINDOWS * (window + 1) / (1.0 - HELD_OUT)))
    if len(values) < least:
        raise InvalidInput(
            f"'{label}' has {len(values)} values, expected at least {least} for windows of {window}: take a shorter "
            "window or a longer series."
        )
    if len(values) > MOST_POINTS:
        raise InvalidInput(
            f"'{label}' has {len(values):,} values, expected at most {MOST_POINTS:,}: keep a part of it."
        )
    center, scale = float(values[:split].mean()), float(values[:split].std())
    if scale <= CONSTANT * max(1.0, abs(center)):
        raise InvalidInput(
            f"'{label}' is {values[0]:g} in all of its first {split:,} values, expected values that differ: there is "
            "nothing to forecast."
        )
    ready = (values - center) / scale
    if np.abs(ready).max() > LARGEST:
        raise InvalidInput(
            f"'{label}' goes {np.abs(ready).max():.2g} standard deviations away from its mean, expected at most "
            f"{LARGEST:g}: look for a typing error in it, or leave that part out."
        )
    return Series(label, ready.astype(np.float32), split, center, scale)


@functools.lru_cache(maxsize=32)
def _built_in(key: str, points: int) -> Series:
    process = PROCESSES[key]
    values = process.make(np.random.default_rng(DATA_SEED), points)
    series, law = series_of(process.label, values, 1), process.law(values)
    (first, last), loss = series.in_view, -law.log_density
    best = float(loss[first : series.split].mean()), float(loss[series.split : last].mean())
    normal = np.stack([law.mean[first:last], law.deviation[first:last]])
    return Series(series.label, series.values.copy(), series.split, series.center, series.scale, *best, normal)


def lattice(values: np.ndarray, first: int, last: int, window: int, warm_up: int) -> Lattice:
    """Windows whose forecasts beyond the warm-up cover values[first:last], 1 ≤ first < last.

    The first ones of a series have no `warm_up` values before them, and are forecast from what there is.

    Args:
      values: [N], N > window.
      first, last: The range.
      window, warm_up: T, and how many first forecasts of a window do not count.
    """
    rows, weights, target = [], [], first
    while target < last:
        # Value i is forecast by place i − 1 − begin of the window that begins there.
        begin = min(max(0, target - 1 - warm_up), len(values) - window - 1)
        end = min(last, begin + window + 1)
        mask = np.zeros(window, np.float32)
        mask[target - 1 - begin : end - 1 - begin] = 1.0
        rows.append(values[begin : begin + window + 1])
        weights.append(mask)
        target = end
    return Lattice(np.stack(rows).astype(np.float32), np.stack(weights))
