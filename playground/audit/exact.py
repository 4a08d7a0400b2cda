"""The exact gradient: central differences of E[f] in float64, over weighted points. No tape, and no sample.

Neither the sampler's gradient nor that of the density is trusted: only the density's values are. A sampler that
disagrees with its own density is found by the mean cost.
"""

from typing import NamedTuple

import numpy as np
import tensorflow as tf

from playground.audit.case import Case, Point
from playground.audit.costs import Cost, costs_for, projected

STEP = 2e-4  # Of a central difference: its own error is some 1e-8, and rounding adds 1e-11 divided by it.
MASS_ERROR = 1e-6


class Exact(NamedTuple):
    """What is known without a sample, at one point.

    Attributes:
      costs: C of them.
      values: [C], E[f].
      gradients: By parameter, [C, size], ∂E[f] by each element of it.
      mass: What the weighted points sum to, 1 but for rounding.
    """

    costs: tuple[Cost, ...]
    values: np.ndarray
    gradients: dict[str, np.ndarray]
    mass: float


def exact(case: Case, point: Point, costs: tuple[Cost, ...] | None = None) -> Exact:
    """Mean costs and their gradients; the costs are made for the distribution unless they are given.

    Raises:
      ArithmeticError: If the density does not sum to 1 where it was looked for.
    """
    here = case.tensors(point, tf.float64)
    measured = case.measured(here)
    mass = float(tf.reduce_sum(measured.mass))
    if not abs(mass - 1.0) < MASS_ERROR:
        raise ArithmeticError(f"{case.name}: the density sums to {mass:.8g} instead of 1.")
    costs = costs or costs_for(measured, case.formulas)
    gradients = {}
    for name, value in here.items():
        flat, columns = np.ravel(value.numpy()), []
        for index in range(flat.size):
            step = STEP * max(1.0, abs(flat[index]))
            slope = np.zeros(len(costs))
            for move in (-1.0, 1.0):
                moved = flat.copy()
                moved[index] += move * step
                there = here | {name: tf.constant(moved.reshape(value.shape))}
                slope += move / (2.0 * step) * means(case, there, costs)
            columns.append(slope)
        gradients[name] = np.stack(columns, axis=-1)
    return Exact(costs, means(case, here, costs), gradients, mass)


def means(case: Case, parameters: dict[str, tf.Tensor], costs: tuple[Cost, ...]) -> np.ndarray:
    """E[f] of each cost, [C]."""
    measured = case.measured(parameters)
    y = projected(measured.x)
    return np.array([float(tf.reduce_sum(measured.mass * cost(y))) for cost in costs])
