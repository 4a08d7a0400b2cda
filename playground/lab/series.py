"""What has been measured of a sweep, as curves, and which of them is the best where."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from playground.chart import Lane
from playground.lab.measures import Measure
from playground.lab.training import LabMoment

ERRORS = 2.0  # Standard errors of the bands, and of what is told apart.


@dataclass(frozen=True)
class Series:
    """One estimator's curve, over the values measured so far, ascending: [n] each.

    Attributes:
      x, y: Values, and what was measured there; NaN where it is not known or, on a log axis, not above 0.
      error: The standard error of y; NaN where it is not known.
      exact: The variance without sampling, where what is drawn is the variance and it is known; else NaN.
    """

    x: np.ndarray
    y: np.ndarray
    error: np.ndarray
    exact: np.ndarray

    def band(self) -> tuple[np.ndarray, np.ndarray]:
        """The outline of ± 2 standard errors as a closed curve, where they are known."""
        known = np.isfinite(self.y) & np.isfinite(self.error)
        x, y, error = self.x[known], self.y[known], ERRORS * self.error[known]
        low = np.maximum(y - error, 0.1 * y) if np.all(y > 0.0) else y - error
        return np.concatenate([x, x[::-1]]), np.concatenate([y + error, low[::-1]])


def series(moment: LabMoment, estimator: str, measure: Measure, element: str) -> Series:
    """The curve of an estimator, as far as it goes."""
    rows = [row for row in moment.rows if row.estimator == estimator and row.parameter == element and row.ran]
    rows.sort(key=lambda row: row.value or 0.0)

    def column(name: str | None) -> np.ndarray:
        return np.array([np.nan if name is None else getattr(row, name) for row in rows], np.float64)

    y, error = column(measure.key), column(measure.error)
    if measure.key == "bias_squared":
        y[~(y > ERRORS * error)] = np.nan  # what is not told apart from 0 has no place on a log axis
    if measure.log:
        y[~(y > 0.0)] = np.nan
    exact = column("exact_variance" if measure.key == "variance" else None)
    exact[~(exact > 0.0)] = np.nan
    return Series(column("value"), y, error, exact)


@dataclass(frozen=True)
class Stretch:
    """Neighbouring values at which the same estimators are the best.

    Attributes:
      first, last: The values at both ends.
      lanes: The best, and all that are not told apart from it.
    """

    first: float
    last: float
    lanes: tuple[Lane, ...]


def stretches(moment: LabMoment, lanes: Sequence[Lane], measure: Measure, element: str) -> list[Stretch]:
    """Which estimator is the best where, over the values at which all that can run have been measured."""
    curves = {lane.index: series(moment, lane.key, measure, element) for lane in lanes}
    curves = {index: curve for index, curve in curves.items() if len(curve.x)}
    if len(curves) < 2:
        return []
    shared = set.intersection(*(set(curve.x.tolist()) for curve in curves.values()))
    found = [(value, _best(curves, value, measure.lower)) for value in sorted(shared)]
    by_index = {lane.index: lane for lane in lanes}
    stretches = []
    for best, group in groupby(found, key=lambda pair: pair[1]):
        values = [value for value, _ in group]
        if best:
            stretches.append(Stretch(values[0], values[-1], tuple(by_index[index] for index in best)))
    return stretches


def _best(curves: dict[int, Series], value: float, lower: bool) -> tuple[int, ...]:
    """The indices of the best at a value and of those within its errors; the exact variance counts where it is known.

    Returns:
      In the order of the lanes; none where nothing is known.
    """
    sign = 1.0 if lower else -1.0
    here = []
    for index, curve in curves.items():
        place = int(np.flatnonzero(curve.x == value)[0])
        if np.isfinite(curve.exact[place]):
            here.append((sign * float(curve.exact[place]), 0.0, index))
        elif np.isfinite(curve.y[place]):
            here.append((sign * float(curve.y[place]), float(np.nan_to_num(curve.error[place])), index))
    if not here:
        return ()
    first, error, _ = min(here)
    near = [index for number, other, index in here if number - first <= ERRORS * float(np.hypot(error, other))]
    return tuple(sorted(near))
