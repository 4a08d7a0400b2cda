"""A learnable distribution as Python that runs as it stands: whole for a file, short for a page."""

import inspect
import textwrap
from collections.abc import Callable

import numpy as np

from playground.fitting.learnable import Learnable, Sizes, Start, Values, Variable
from playground.fitting.start import LEAST_VARIANCE

IMPORTS = """import numpy as np
import tensorflow as tf
import tensorflow_probability as tfp
from tensorflow_probability import bijectors as tfb
from tensorflow_probability import distributions as tfd
"""
PRINT = """print(distribution)
for variable in distribution.trainable_variables:
    print(variable.name, variable.shape, variable.numpy(), sep="\\n")
"""
LINE = 100
FEW = 24
DIGITS = 3


def script(learnable: Learnable, sizes: Sizes, values: Values | None = None) -> str:
    """A Python script that builds the distribution, with all digits that float32 has, and prints what it learns.

    Args:
      learnable, sizes: What to build.
      values: Constrained values by variable name; examples where None.
    """
    values = example(learnable, sizes) if values is None else values
    head = f'"""{learnable.label}: a learnable distribution."""\n\n{IMPORTS}'
    return _joined([head, *_sources(learnable), _assignment(learnable, sizes, values, _exact), PRINT])


def construction(learnable: Learnable, sizes: Sizes) -> str:
    """The same code, shorter: example values with few digits, for a page. It runs as it stands."""
    assignment = _assignment(learnable, sizes, example(learnable, sizes), _short)
    return _joined([IMPORTS, *_sources(learnable), assignment])


def example(learnable: Learnable, sizes: Sizes) -> dict[str, np.ndarray]:
    """Round values that show a distribution: components on a circle of radius 2, each of about unit size."""
    count, size = sizes.components if learnable.components else 1, sizes.event_size
    turns = 2.0 * np.pi * np.arange(count)[:, None] / count
    if learnable.kind == "circle":
        rows, labels = np.concatenate([turns - 0.5, turns + 0.5]), np.tile(np.arange(count), 2)
        start = Start(rows, np.arctan2(np.sin(turns), np.cos(turns)), labels, np.random.default_rng(0))
    elif learnable.kind == "plane":
        # Rows of mean 0 whose covariance, with what a start adds to it, is the identity.
        rows = np.concatenate([np.eye(size), -np.eye(size)]) * np.sqrt((2 * size - 1) / (2 * (1 + LEAST_VARIANCE)))
        centres = np.zeros((count, size))
        if learnable.components:
            centres[:, :2] = 2.0 * np.concatenate([np.cos(turns), np.sin(turns)], axis=1)
        start = Start(rows, centres, np.full(len(rows), -1), np.random.default_rng(0))
    else:
        counts = sizes.total_count * np.array([[0.1], [0.2], [0.3], [0.4], [0.5]])
        rows = counts if learnable.kind == "counts" else 0.5 * np.eye(size) + 0.5 / size
        start = Start(rows, rows.mean(axis=0, keepdims=True), np.zeros(len(rows), int), np.random.default_rng(0))
    # Adding 0 makes a plain zero of -0.0.
    return {name: np.round(value, DIGITS) + 0.0 for name, value in learnable.start(sizes, start).items()}


def _joined(parts: list[str]) -> str:
    """Functions and classes stand two lines apart, as they do in any Python file."""
    return "\n\n".join(part.rstrip("\n") + "\n" for part in parts)


def _sources(learnable: Learnable) -> list[str]:
    return [inspect.getsource(item) for item in (*learnable.helpers, learnable.build)]


def _assignment(learnable: Learnable, sizes: Sizes, values: Values, code: Callable[[np.ndarray], str]) -> str:
    arguments = [
        f"{variable.name}={_variable(variable, code(np.asarray(values[variable.name], np.float32)))}"
        for variable in learnable.variables(sizes)
    ]
    arguments += [f"{name}={value!r}" for name, value in learnable.constants(sizes).items()]
    return f"distribution = {_broken('build(', arguments, ')')}\n"


def _variable(variable: Variable, value: str) -> str:
    rest = ["dtype=tf.float32", f'name="{variable.name}"']
    if variable.bijection is None:
        return _call("tf.Variable(", [value, *rest])
    return _call("tfp.util.TransformedVariable(", [value, f"bijector={variable.bijection.code}", *rest])


def _call(opening: str, items: list[str], closing: str = ")") -> str:
    """Items on one line where they fit there, else on a line each."""
    line = f"{opening}{', '.join(items)}{closing}"
    return line if len(line) <= LINE and "\n" not in line else _broken(opening, items, closing)


def _broken(opening: str, items: list[str], closing: str) -> str:
    lines = "".join(f"{textwrap.indent(item, '    ')},\n" for item in items)
    return f"{opening}\n{lines}{closing}"


def _exact(array: np.ndarray) -> str:
    """Nested lists, each number with as many digits as tell it from all others of its type."""
    return _call("[", [_exact(part) for part in array], "]") if array.ndim else str(array)


def _short(array: np.ndarray) -> str:
    """Zeros, ones and identities by name, other small arrays in full, and large ones drawn at random."""
    shape = array.shape[0] if array.ndim == 1 else array.shape
    first = array.flat[0]
    if array.ndim and np.all(array == first):
        return (
            f"np.zeros({shape})"
            if first == 0
            else f"np.ones({shape})"
            if first == 1
            else f"np.full({shape}, {first!s})"
        )
    if array.ndim == 3 and array.shape[1] == array.shape[2] and np.all(array == np.eye(array.shape[1])):
        return f"np.tile(np.eye({array.shape[1]}), ({array.shape[0]}, 1, 1))"
    if array.size > FEW:
        return f"np.random.normal(scale={np.std(array):.1g}, size={shape})"
    return _exact(array)
