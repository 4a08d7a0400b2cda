"""The controls of a family's parameters: numbers, short vectors number by number, long ones as a text."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from playground.parameter import Parameter
from playground.problem import Family
from playground.ui.cost_menu import number_of

MOST_SLIDERS = 12  # Of one vector; longer ones are typed.


def family_parameters(family: Family, started: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Shows all parameters of a family, and returns what they stand at.

    Args:
      family: Its vectors of free length have one length, which is chosen once.
      started: Values to begin with, by name; defaults for those that are missing.
      key: Of the widgets.
    """
    values = {p.name: started.get(p.name, p.default) for p in family.parameters}
    free = [p for p in family.parameters if p.lengths is not None and p.lengths[0] < p.lengths[1]]
    if free and free[0].lengths is not None:
        low, high = free[0].lengths
        label = f"How many {' and '.join(p.name for p in free)}"
        count = st.number_input(label, low, high, len(values[free[0].name]), key=f"{key}:{free[0].name}:length")
        values |= {p.name: _of_length(p, values[p.name], count) for p in free}
    return {p.name: _parameter(p, values[p.name], f"{key}:{p.name}") for p in family.parameters}


def _of_length(parameter: Parameter, values: Any, count: int) -> list[float]:
    """Cut, or gone on with: 0 where that is allowed, else the last value again."""
    more = values[-1] if parameter.constraint.bounded else 0.0
    return [*values, *[more] * count][:count]


def _parameter(parameter: Parameter, value: Any, key: str) -> Any:
    if parameter.lengths is None:
        return number_of(parameter, value, key)
    if len(value) > MOST_SLIDERS:
        return _typed(parameter, list(value), key)
    names, least = parameter.element_names(len(value)), parameter.minimums(len(value))
    return [
        number_of(replace(parameter, name=name, minimum=low, lengths=None, elements=()), element, f"{key}:{i}")
        for i, (name, low, element) in enumerate(zip(names, least, value, strict=True))
    ]


def _typed(parameter: Parameter, values: list[float], key: str) -> list[float]:
    """A text of as many numbers; where it is none, `values` stay, and the page says why."""
    text = st.text_area(
        f"{parameter.name}: {len(values)} numbers",
        ", ".join(f"{value:g}" for value in values),
        key=f"{key}:{len(values)}:text",
        help=f"Separated by commas, each from {parameter.minimum:g} to {parameter.maximum:g}.",
    )
    try:
        typed = [float(part) for part in text.replace(",", " ").split()]
    except ValueError:
        typed = []
    if len(typed) == len(values) and all(parameter.minimum <= value <= parameter.maximum for value in typed):
        # A text has six digits of each: what was not touched stays as it is.
        return [old if f"{old:g}" == f"{new:g}" else new for old, new in zip(values, typed, strict=True)]
    st.error(
        f"{parameter.name} must be {len(values)} numbers from {parameter.minimum:g} to {parameter.maximum:g}, "
        f"got {text[:40]!r}: they stay as they are."
    )
    return values
