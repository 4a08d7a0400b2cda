"""The values of a sweep: a list of numbers, or ends, a count and a scale."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from playground.errors import InvalidInput
from playground.values import choice, integer, number

ENDS = ("from", "to", "count", "scale")
SCALES = ("linear", "log")


def spread(given: Any, most: int) -> tuple[float, ...]:
    """The numbers that a list, or an object of `ENDS`, asks for.

    Args:
      given: Plain JSON: [1, 2, 4], or {"from": 0.1, "to": 10, "count": 5, "scale": "log"}; the scale is "linear" where
        it is not said.
      most: How many there may be.

    Raises:
      InvalidInput: One sentence, if they are none, or not all different.
    """
    found = _between(given, most) if isinstance(given, Mapping) else given
    if not isinstance(found, list | tuple) or not found:
        raise InvalidInput(f"`values` must be a list of numbers, or an object of {', '.join(ENDS)}, got {given!r}.")
    if len(found) > most:
        raise InvalidInput(f"`values`: expected at most {most:,} numbers, got {len(found):,}.")
    numbers = tuple(number("`values`: each", value) for value in found)
    if len(set(numbers)) < len(numbers):
        twice = next(value for value in numbers if numbers.count(value) > 1)
        raise InvalidInput(f"`values`: expected different numbers, got {twice:g} twice.")
    return numbers


def _between(given: Mapping[str, Any], most: int) -> list[float]:
    for name in given:
        if name not in ENDS:
            raise InvalidInput(f"`values`: unknown field '{name}', expected one of {', '.join(ENDS)}.")
    for name in ENDS[:3]:
        if name not in given:
            raise InvalidInput(f"`values`: the field `{name}` is missing, expected {', '.join(ENDS)}.")
    low, high = (number(f"`values`: `{name}`", given[name]) for name in ENDS[:2])
    count = integer("values: count", given["count"], 2, most)
    scale = choice("values: scale", given.get("scale", SCALES[0]), SCALES)
    if low == high:
        raise InvalidInput(f"`values`: `from` and `to` must differ, got {low:g} twice.")
    if scale == "linear":
        return [float(value) for value in np.linspace(low, high, count)]
    if not (low > 0.0 and high > 0.0):
        raise InvalidInput(f"`values`: a log scale needs `from` and `to` above 0, got {low:g} and {high:g}.")
    between = [float(value) for value in np.geomspace(low, high, count)]
    return [low, *between[1:-1], high]
