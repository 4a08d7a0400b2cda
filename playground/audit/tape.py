"""What the tape returns through `sample`: a gradient a draw, summed up as it comes."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import tensorflow as tf

from playground.audit.case import Case, Point
from playground.audit.costs import Cost, projected

FLOAT = tf.float32  # What TFP gives to those who do not say otherwise.
BLOCK = 50_000
SHARED = 50  # Batches in a block, where draws cannot have copies of the parameters.


@dataclass
class Moments:
    """Sums over replicates of something of shape [...]: a draw each, or a batch of them.

    Attributes:
      count: Replicates that are finite.
      total, squares: Their sum, and the sum of their squares.
      broken: Replicates that are not, and are left out.
    """

    count: int = 0
    total: np.ndarray | float = 0.0
    squares: np.ndarray | float = 0.0
    broken: int = 0

    def add(self, rows: np.ndarray) -> None:
        """rows [N, ...]."""
        rows = rows.astype(np.float64)
        finite = np.isfinite(rows).reshape(len(rows), -1).all(axis=1)
        rows = rows if finite.all() else rows[finite]
        self.broken += int((~finite).sum())
        self.count += len(rows)
        self.total = self.total + rows.sum(axis=0)
        self.squares = self.squares + (rows**2).sum(axis=0)

    @property
    def mean(self) -> np.ndarray:
        return np.asarray(self.total) / max(1, self.count)

    @property
    def standard_error(self) -> np.ndarray:
        variance = np.maximum(np.asarray(self.squares) / max(1, self.count) - self.mean**2, 0.0)
        return np.sqrt(variance / max(1, self.count - 1))


@dataclass(frozen=True)
class Taped:
    """What was found at one point.

    Attributes:
      gradients: By parameter: moments of [C, size], or None where the tape returns None for every cost.
      values: Moments of the costs, [C].
    """

    gradients: dict[str, Moments | None]
    values: Moments


def tape(case: Case, point: Point, index: int, costs: tuple[Cost, ...], seed: int, stage: int, blocks: int) -> Taped:
    """Draws `blocks` blocks, and asks the tape for each draw's own gradient.

    Args:
      index: Of the point, which has its own random numbers.
      stage: 0 for the screening, 1 for the confirmation: further random numbers.
    """
    found = Taped({name: None for name in point}, Moments())
    for block in range(blocks):
        for parameters, own, copies in batches(case, point, index, seed, stage, block):
            _add(case, parameters, costs, own, copies, found)
    return found


def seed_of(case: Case, index: int, seed: int, stage: int, block: int) -> list[int]:
    """The stateless seed of a block: it depends on nothing that is audited besides."""
    return [seed, zlib.crc32(f"{case.name}|{index}|{stage}|{block}".encode()) & 0x7FFFFFFF]


def batches(
    case: Case, point: Point, index: int, seed: int, stage: int, block: int
) -> Iterator[tuple[dict[str, tf.Tensor], list[int], int]]:
    """What a block is drawn in: (parameters, stateless seed, copies), with copies = 0 where draws share parameters."""
    own = seed_of(case, index, seed, stage, block)
    if case.copies:
        yield case.tensors(point, FLOAT, BLOCK), own, BLOCK
        return
    for batch in range(SHARED):
        yield case.tensors(point, FLOAT), [own[0] + batch, own[1]], 0


def _add(
    case: Case, parameters: dict[str, tf.Tensor], costs: tuple[Cost, ...], seed: list[int], copies: int, found: Taped
) -> None:
    recorder, f = _record(case, parameters, costs, seed, copies)
    found.values.add(np.stack([value.numpy().reshape(copies or 1, -1).mean(axis=1) for value in f], axis=1))
    for name, rows in _read(recorder, f, parameters, copies).items():
        if rows is not None:
            moments = found.gradients[name] or Moments()
            moments.add(rows)
            found.gradients[name] = moments


def slopes(
    case: Case, parameters: dict[str, tf.Tensor], costs: tuple[Cost, ...], seed: list[int], copies: int
) -> dict[str, np.ndarray | None]:
    """One batch's gradients [N, C, size] by parameter, a draw's own in each row (or one row, the batch's mean)."""
    recorder, f = _record(case, parameters, costs, seed, copies)
    return _read(recorder, f, parameters, copies)


def _record(
    case: Case, parameters: dict[str, tf.Tensor], costs: tuple[Cost, ...], seed: list[int], copies: int
) -> tuple[tf.GradientTape, list[tf.Tensor]]:
    with tf.GradientTape(persistent=True) as recorder:
        recorder.watch(parameters)
        distribution = case.distribution(parameters)
        x = distribution.sample(seed=seed) if copies else distribution.sample(BLOCK // SHARED, seed=seed)
        y = projected(tf.cast(x, FLOAT))
        f = [cost(y) for cost in costs]
    return recorder, f


def _read(
    recorder: tf.GradientTape, f: list[tf.Tensor], parameters: dict[str, tf.Tensor], copies: int
) -> dict[str, np.ndarray | None]:
    share = 1.0 if copies else BLOCK // SHARED
    own = [recorder.gradient(value, parameters) for value in f]
    found: dict[str, np.ndarray | None] = {}
    for name in parameters:
        each = [gradient[name] for gradient in own]
        flat = [
            tf.convert_to_tensor(slope).numpy().reshape(copies or 1, -1) / share for slope in each if slope is not None
        ]
        found[name] = np.stack(flat, axis=1) if flat else None
    return found
