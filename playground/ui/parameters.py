"""The boxes of a family's parameters: a number, or one number an element with a choice of length."""

from dataclasses import replace
from typing import Any

import streamlit as st

from playground.parameter import Parameter
from playground.ui.cost_menu import number_of


def parameter_box(parameter: Parameter, value: Any, key: str) -> Any:
    """A number, or one number an element with a choice of length where the length is free."""
    if parameter.lengths is None:
        return number_of(parameter, value, key)
    low, high = parameter.lengths
    count = len(value)
    if low < high:
        count = st.number_input(f"How many {parameter.name}", low, high, count, key=f"{key}:length")
    values = [*value, *[0.0] * count][:count]
    names = parameter.element_names(count)
    return [
        number_of(replace(parameter, name=name, lengths=None), element, f"{key}:{i}")
        for i, (name, element) in enumerate(zip(names, values, strict=True))
    ]
