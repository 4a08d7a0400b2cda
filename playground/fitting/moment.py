"""What charts see of a fit at one moment, and the compiled pictures behind it."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import tensorflow as tf

from playground.dataset import Sample
from playground.fitting.faults import responsibilities
from playground.fitting.learnable import Components, Layout, Learnable, Sizes
from playground.target import Target
from playground.training.compiled import Compiled
from playground.training.training import Moment

SAMPLES = 500
SIDE = 61
ANGLES = 201
BEYOND = 0.1
TAILS = (0.002, 0.998)  # a window is not drawn around a few far rows
LEAST_WIDTH = 1e-3


@dataclass(frozen=True)
class FitMoment(Moment):
    """All that a viewer may see of a fit at one moment. Arrays are read-only; rows are in the units of the fit.

    Attributes:
      sizes: What shapes the distribution.
      values, raw: Constrained values and raw variables, by name.
      sample: The data; None for reverse KL.
      rows: The training rows in view [n, D], at most 1000.
      responsibilities: How likely each of them is from each component, [n, C].
      samples: Of the model, [500, D]; from the same noise at every moment, so that they move and do not jump.
      axes: The grid's axes: two for planes and for simplices of three and more elements, else one.
      density: Of the model on the grid, [len(axis) …]: for two axes indexed by the first, then the second. NaN outside
        a simplex. It is the marginal of the elements in view where there are others.
      target_density: The same of the target; None where there is none, or where it has more elements.
      components: Where there are any to mark, in all D elements.
      norm, variance: Of the last step's gradient for each variable [V]; NaN before the first step.
    """

    sizes: Sizes
    values: Mapping[str, np.ndarray]
    raw: Mapping[str, np.ndarray]
    sample: Sample | None
    rows: np.ndarray
    responsibilities: np.ndarray
    samples: np.ndarray
    axes: tuple[np.ndarray, ...]
    density: np.ndarray
    target_density: np.ndarray | None
    components: Components | None
    norm: np.ndarray
    variance: np.ndarray

    def __post_init__(self) -> None:
        arrays = [self.rows, self.responsibilities, self.samples, self.density, self.norm, self.variance, *self.axes]
        optional = [] if self.target_density is None else [self.target_density]
        for array in (*arrays, *optional, *self.values.values(), *self.raw.values(), *(self.components or ())):
            array.flags.writeable = False


class View(NamedTuple):
    """The grid that a fit is drawn on.

    Attributes:
      axes: One or two.
      points: The grid's points, [G, d]: of all D elements, or of the two in view where there are others.
      inside: Which of them can have a density, [G].
    """

    axes: tuple[np.ndarray, ...]
    points: np.ndarray
    inside: np.ndarray


def view_of(kind: str, show: tuple[int, ...], event_size: int, rows: np.ndarray, upper: int | None = None) -> View:
    """The grid for rows [n, D] of a kind.

    Args:
      kind: One of `playground.target.KINDS`.
      show: The elements in view.
      event_size: D.
      rows: What is to be in the picture.
      upper: The number of trials, for counts that have an upper end.
    """
    if kind == "circle":
        return _line(np.linspace(-np.pi, np.pi, ANGLES))
    if kind == "counts":
        return _line(np.arange((int(rows.max()) if upper is None else upper) + 1.0))
    if kind == "simplex":
        axis = (np.arange(SIDE) + 0.5) / SIDE
        if event_size == 2:
            return View((axis,), np.stack([axis, 1.0 - axis], axis=1).astype(np.float32), np.ones(SIDE, bool))
        pair = np.stack(np.meshgrid(axis, axis, indexing="ij"), axis=-1).reshape(-1, 2)
        rest = 1.0 - pair.sum(axis=1, keepdims=True)
        points = pair if event_size > 3 or show != (0, 1) else np.concatenate([pair, rest], axis=1)
        return View((axis, axis), points.astype(np.float32), rest[:, 0] > 1e-6)
    axes = []
    for index in show:
        low, high = np.quantile(rows[:, index], TAILS)
        margin = max(BEYOND * (high - low), LEAST_WIDTH)
        axes.append(np.linspace(low - margin, high + margin, SIDE if len(show) == 2 else ANGLES))
    points = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, len(show)).astype(np.float32)
    return View(tuple(axes), points, np.ones(len(points), bool))


def _line(axis: np.ndarray) -> View:
    return View((axis,), axis[:, None].astype(np.float32), np.ones(len(axis), bool))


class Painter:
    """The compiled pictures of one learnable distribution at given sizes."""

    def __init__(self, learnable: Learnable, sizes: Sizes) -> None:
        self.layout = Layout(learnable, sizes)
        self._scalar = learnable.kind in ("circle", "counts")
        self._paint = Compiled(self._picture, free=(1, 2))

    def _picture(self, raw: tf.Tensor, rows: tf.Tensor, points: tf.Tensor, seed: tf.Tensor) -> dict[str, tf.Tensor]:
        values = self.layout.values(raw)
        samples = self.layout.distribution(values).sample(SAMPLES, seed=tf.stack([seed, -1]))
        whole = points.shape[-1] == self.layout.sizes.event_size
        return {
            "responsibilities": responsibilities(self.layout, raw, rows),
            "samples": samples[:, tf.newaxis] if self._scalar else samples,
            "density": tf.exp(self.layout.log_prob(values, points)) if whole else tf.zeros([0]),
            **{f"value {name}": value for name, value in values.items()},
            **{f"raw {name}": value for name, value in self.layout.raw(raw).items()},
        }

    def paint(
        self, raw: tf.Tensor, rows: tf.Tensor, view: View, show: tuple[int, ...], seed: tf.Tensor
    ) -> dict[str, object]:
        """The fields of a `FitMoment` that follow from the raw variables [P]."""
        painted = self._paint(raw, rows, tf.constant(view.points), seed)
        found = {name: np.asarray(value) for name, value in painted.items()}
        values = {v.name: found[f"value {v.name}"] for v in self.layout.variables}
        learnable = self.layout.learnable
        density = found["density"]
        if not len(density) and learnable.marginal is not None:
            marginal = learnable.marginal(values, (show[0], show[1]))
            density = np.exp(marginal.log_prob(view.points[:, :2]).numpy())
        density = np.where(view.inside, density, np.nan).reshape([len(axis) for axis in view.axes])
        return {
            "values": values,
            "raw": {v.name: found[f"raw {v.name}"] for v in self.layout.variables},
            "responsibilities": found["responsibilities"],
            "samples": found["samples"],
            "density": density,
            "components": None if learnable.components_of is None else learnable.components_of(values),
        }


@functools.lru_cache(maxsize=64)
def painter_of(learnable: Learnable, sizes: Sizes) -> Painter:
    """The shared painter. Bounded, as the fitters are."""
    return Painter(learnable, sizes)


def density_of(target: Target, view: View, log_evidence: float | None) -> np.ndarray | None:
    """A target's density on the grid of a view, shaped as the grid; None where it has more elements than the grid."""
    if view.points.shape[1] != target.event_size or log_evidence is None:
        return None
    density = np.exp(target.log_prob(tf.constant(view.points)).numpy() - log_evidence)
    return np.where(view.inside, density, np.nan).reshape([len(axis) for axis in view.axes])
