"""Built-in data, and the rows that a fit works on."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Dataset:
    """A built-in data set.

    Attributes:
      key, label, story: Its stable name, its name on screen, one line on what to look for.
      kind: Where its rows live, one of `playground.target.KINDS`.
      columns: Names of its D columns.
      make: random generator → rows [N, D] float64; ignores the generator where the data come from a file.
      source: Where the data come from: a formula in words, or a reference.
      total_count: The number of trials, for counts that have an upper end.
    """

    key: str
    label: str
    story: str
    kind: str
    columns: tuple[str, ...]
    make: Callable[[np.random.Generator], np.ndarray]
    source: str
    total_count: int | None = None
    order: int = 0


@dataclass(frozen=True)
class Sample:
    """Rows ready for a fit. Arrays are read-only.

    Attributes:
      label: What the data are called.
      kind: One of `playground.target.KINDS`.
      columns: Names of the D columns.
      train, holdout: [N, D] and [M, D], float32, standardised where `scale` says so.
      center, scale: What was subtracted and then divided by, [D], float64: zeros and ones where nothing was.
      total_count: The number of trials, for counts that have an upper end.
    """

    label: str
    kind: str
    columns: tuple[str, ...]
    train: np.ndarray
    holdout: np.ndarray
    center: np.ndarray
    scale: np.ndarray
    total_count: int | None = None

    def __post_init__(self) -> None:
        for array in (self.train, self.holdout, self.center, self.scale):
            array.flags.writeable = False
