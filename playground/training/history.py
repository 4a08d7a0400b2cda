"""A history of any length in bounded memory: thinned out evenly, never cut off at the front."""

import copy
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

CAPACITY = 512


@dataclass(frozen=True)
class View:
    """An immutable look at a history.

    Attributes:
      version: Changes when the rows that were there have been thinned out; otherwise rows are only added.
      stride: Rows stand for the steps that are multiples of it.
      step: [n], int64.
      columns: By name, [n, …], read-only.
    """

    version: int
    stride: int
    step: np.ndarray
    columns: Mapping[str, np.ndarray]


class History:
    """Rows at every `stride`-th step.

    When `CAPACITY` is reached every second one goes and the stride doubles. Rows once written are never written again
    (thinning makes new arrays), so that views stay valid in other threads.

    Args:
      version: See `View`.
      stride: To begin with.
    """

    def __init__(self, version: int = 0, stride: int = 1) -> None:
        self.stride = stride
        self.version = version
        self._count = 0
        self._step = np.zeros(CAPACITY, np.int64)
        self._columns: dict[str, np.ndarray] = {}

    def kept(self, first: int, count: int) -> np.ndarray:
        """Which of the steps first, …, first + count − 1 are multiples of the stride."""
        return np.arange(first + (-first) % self.stride, first + count, self.stride)

    def extend(self, step: np.ndarray, columns: Mapping[str, np.ndarray]) -> None:
        """Appends rows [n] for steps that are multiples of the stride, thinning whenever it is full."""
        wanted = step % self.stride == 0
        if not wanted.any():
            return
        if not wanted.all():
            step, columns = step[wanted], {name: values[wanted] for name, values in columns.items()}
        room = CAPACITY - self._count
        self._append(step[:room], {name: values[:room] for name, values in columns.items()})
        if len(step) > room:
            self._thin()
            self.extend(step[room:], {name: values[room:] for name, values in columns.items()})

    def _append(self, step: np.ndarray, columns: Mapping[str, np.ndarray]) -> None:
        place = slice(self._count, self._count + len(step))
        for name, values in columns.items():
            if name not in self._columns:
                self._columns[name] = np.zeros((CAPACITY, *values.shape[1:]), np.float64)
            self._columns[name][place] = values
        self._step[place] = step
        self._count += len(step)

    def rewind(self, step: int) -> None:
        """Forgets the rows from `step` on."""
        keep = self._step[: self._count] < step
        if not keep.all():
            self._keep(keep)

    def copy(self) -> "History":
        """An independent history with the same rows."""
        twin = copy.copy(self)
        twin._step = self._step.copy()
        twin._columns = {name: values.copy() for name, values in self._columns.items()}
        return twin

    def _thin(self) -> None:
        self.stride *= 2
        self._keep(self._step[: self._count] % self.stride == 0)

    def _keep(self, keep: np.ndarray) -> None:
        self.version += 1
        self._step = self._refill(self._step, keep)
        self._columns = {name: self._refill(values, keep) for name, values in self._columns.items()}
        self._count = int(keep.sum())

    def _refill(self, values: np.ndarray, keep: np.ndarray) -> np.ndarray:
        fresh = np.zeros_like(values)
        fresh[: keep.sum()] = values[: self._count][keep]
        return fresh

    def view(self) -> View:
        def readonly(values: np.ndarray) -> np.ndarray:
            part = values[: self._count]
            part.flags.writeable = False
            return part

        columns = {name: readonly(values) for name, values in self._columns.items()}
        return View(self.version, self.stride, readonly(self._step), columns)
