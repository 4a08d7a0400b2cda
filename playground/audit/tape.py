"""What the tape returns through `sample`: a gradient a draw, summed up as it comes."""

import zlib
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
        own = [seed, zlib.crc32(f"{case.name}|{index}|{stage}|{block}".encode()) & 0x7FFFFFFF]
        if case.copies:
            _block(case, point, costs, own, BLOCK, found)
        else:
            for batch in range(SHARED):
                _block(case, point, costs, [own[0] + batch, own[1]], 0, found)
    return found


def _block(case: Case, point: Point, costs: tuple[Cost, ...], seed: list[int], copies: int, found: Taped) -> None:
    """One block whose draws have their own parameters, or (copies = 0) one batch that shares them."""
    parameters = case.tensors(point, FLOAT, *([copies] if copies else []))
    with tf.GradientTape(persistent=True) as recorder:
        recorder.watch(parameters)
        distribution = case.distribution(parameters)
        x = distribution.sample(seed=seed) if copies else distribution.sample(BLOCK // SHARED, seed=seed)
        y = projected(tf.cast(x, FLOAT))
        f = [cost(y) for cost in costs]
    rows = 1 if not copies else copies
    share = 1.0 if copies else BLOCK // SHARED
    own = [recorder.gradient(value, parameters) for value in f]
    found.values.add(np.stack([value.numpy().reshape(rows, -1).mean(axis=1) for value in f], axis=1))
    for name in point:
        slopes = [gradient[name] for gradient in own]
        if all(slope is None for slope in slopes):
            continue
        flat = [tf.convert_to_tensor(slope).numpy().reshape(rows, -1) / share for slope in slopes]
        moments = found.gradients[name] or Moments()
        moments.add(np.stack(flat, axis=1))
        found.gradients[name] = moments
