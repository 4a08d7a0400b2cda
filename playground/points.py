"""Labelled points of the plane: the data of a regression, small enough for an address."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import tensorflow as tf

from playground.errors import InvalidInput

LEAST, MOST = 2, 60
REACH = 3.0
DECIMALS = 2
BETWEEN_POINTS, BETWEEN_NUMBERS = "__", "_"  # Of all separators an address leaves these as they are.

Point = tuple[float, float, int]
Points = tuple[Point, ...]

OVERLAPPING: Points = (
    (-1.9, -0.4, 0), (-1.5, -1.6, 0), (-1.4, 0.7, 0), (-1.2, -0.7, 0), (-0.9, -2.1, 0), (-0.8, 0.1, 0),
    (-0.6, -1.2, 0), (-0.3, 1.1, 0), (-0.2, -0.5, 0), (0.2, -1.5, 0), (0.5, 0.3, 0), (0.9, -0.6, 0),
    (-0.7, 0.8, 1), (-0.1, 0.4, 1), (0.1, 1.8, 1), (0.4, -0.3, 1), (0.6, 1.0, 1), (0.8, 2.3, 1),
    (1.0, 0.4, 1), (1.2, 1.5, 1), (1.4, -0.4, 1), (1.6, 0.8, 1), (1.9, 1.9, 1), (2.2, 0.3, 1),
)  # fmt: skip
"""Two clouds of twelve that overlap: what a regression starts with."""


def points_of(given: Any) -> Points:
    """Plain values, [x, y, class] each, as points, rounded to hundredths.

    Raises:
      InvalidInput: One sentence on the first thing that is wrong.
    """
    rows = list(given) if isinstance(given, list | tuple) else [given]
    if not LEAST <= len(rows) <= MOST:
        raise InvalidInput(f"Points: expected {LEAST} to {MOST} of them, got {len(rows)}.")
    return tuple(_point(number, row) for number, row in enumerate(rows, 1))


def _point(number: int, row: Any) -> Point:
    if not isinstance(row, list | tuple) or len(row) != 3 or any(isinstance(value, str) for value in row):
        raise InvalidInput(f"Point {number}: expected x, y and a class, three numbers, got {str(row)[:40]}.")
    try:
        x, y, label = map(float, row)
    except (TypeError, ValueError, OverflowError):
        x = y = label = float("nan")
    if not (abs(x) <= REACH and abs(y) <= REACH):  # also where one of them is not a number
        got = f"{str(row[0])[:12]}, {str(row[1])[:12]}"
        raise InvalidInput(f"Point {number}: expected x and y from −{REACH:g} to {REACH:g}, got {got}.")
    if label not in (0.0, 1.0):
        raise InvalidInput(f"Point {number}: expected class 0 or 1, got {str(row[2])[:12]}.")
    return round(x, DECIMALS) + 0.0, round(y, DECIMALS) + 0.0, int(label)  # a minus before zero goes


def to_text(points: Iterable[Iterable[float]]) -> str:
    """For an address: `0.5_-1.2_1__2_0_0` is class 1 at (0.5, −1.2) and class 0 at (2, 0)."""
    return BETWEEN_POINTS.join(BETWEEN_NUMBERS.join(f"{value:g}" for value in point) for point in points)


def from_text(text: str) -> list[list[float]]:
    """The inverse of `to_text`; the values may yet be wrong.

    Raises:
      InvalidInput: If a point is not made of three numbers.
    """
    try:
        rows = [[float(value) for value in row.split(BETWEEN_NUMBERS)] for row in text.split(BETWEEN_POINTS) if row]
        if all(len(row) == 3 for row in rows):
            return rows
    except ValueError:
        pass
    raise InvalidInput(
        f"got {text[:40]!r}, expected x_y_class for each point, with __ in between, like 0.5_-1.2_1__2_0_0"
    )


def tensor_of(points: Points) -> tf.Tensor:
    """x, y, class and 1 of each point, then rows of 0: [MOST, 4] float64, whatever their number."""
    table = np.zeros((MOST, 4))
    if points:
        table[: len(points)] = np.column_stack([np.array(points, np.float64), np.ones(len(points))])
    return tf.constant(table)
