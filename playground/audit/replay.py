"""A row once more: the draws behind it, and the few lines of Python that make them."""

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf

from playground.audit import tape
from playground.audit.audit import CASES
from playground.audit.case import Case
from playground.audit.costs import WEIGHTS, Cost
from playground.audit.exact import exact


class Replay(NamedTuple):
    """The first block of draws behind a row.

    Attributes:
      gradients: A draw's own gradient each [N] (a batch's, where draws share their parameters); None for None.
      exact: Computed anew.
    """

    gradients: np.ndarray | None
    exact: float


def replay(row: Mapping[str, Any]) -> Replay:
    """Draws the row's element of its parameter under its cost again, with the row's own random numbers."""
    case = CASES[row["distribution"]]
    index, name = row["point_index"], row["parameter"]
    point = case.points[index]
    cost = Cost(*row["cost_parts"])
    truth = float(exact(case, point, (cost,)).gradients[name][0, _flat(case, row)])
    rows: list[np.ndarray] = []
    for parameters, seed, copies in tape.batches(case, point, index, row["seed"], row["stage"], 0):
        slopes = tape.slopes(case, parameters, (cost,), seed, copies)[name]
        if slopes is None:
            return Replay(None, truth)
        rows.append(slopes[:, 0, _flat(case, row)])
    return Replay(np.concatenate(rows).astype(np.float64), truth)


def _flat(case: Case, row: Mapping[str, Any]) -> int:
    """The place of the row's element in its parameter, laid out flat."""
    shape = np.shape(case.points[row["point_index"]][row["parameter"]])
    if not row["element"]:
        return 0
    return int(np.ravel_multi_index([int(part) for part in row["element"].strip("[]").split(",")], shape))


def script(row: Mapping[str, Any]) -> str:
    """A program that draws the first block of the row's draws, and prints the mean beside the exact value."""
    case = CASES[row["distribution"]]
    point = case.points[row["point_index"]]
    seed = tape.seed_of(case, row["point_index"], row["seed"], row["stage"], 0)
    size = _size(case, point)
    flat = f"tf.linalg.matvec(tf.reshape(x, [draws, -1]), {list(WEIGHTS[:size])})" if size else "x"
    values = ", ".join(f'"{name}": {value}' for name, value in point.items())
    where = f"[..., {row['element'].strip('[]')}]" if row["element"] else ""
    if case.copies:
        draws, shape, sample = tape.BLOCK, "[draws, *value.shape]", f"sample(seed={seed})"
        comment = "  # each draw has its own copy, and its own gradient"
        result = "gradient"
    else:
        draws, shape, sample = tape.BLOCK // tape.SHARED, "value.shape", f"sample(draws, seed={seed})"
        comment, result = "", "tf.convert_to_tensor(gradient) / draws"
    answer = (
        "print(gradient)"
        if row["tape"] == "None"
        else f'print(float(tf.reduce_mean(({result}){where})), "exact:", {row["exact"]:.6g})'
    )
    return f"""import tensorflow as tf
import tensorflow_probability as tfp

tfd, tfb = tfp.distributions, tfp.bijectors


{case.source.strip()}


draws = {draws}
point = {{{values}}}
values = {{name: tf.constant(value) for name, value in point.items()}}
parameters = {{name: tf.broadcast_to(value, {shape}) for name, value in values.items()}}{comment}
with tf.GradientTape() as tape:
    tape.watch(parameters)
    x = tf.cast(make(**parameters).{sample}, tf.float32)
    y = {flat}
    cost = {row["cost"]}
gradient = tape.gradient(cost, parameters["{row["parameter"]}"])
{answer}
"""


def _size(case: Case, point: Mapping[str, Any]) -> int:
    """How many numbers a sample has, 0 if it is a number."""
    shape = case.distribution(case.tensors(point, tf.float32)).event_shape
    return math.prod(shape) if shape.rank else 0
