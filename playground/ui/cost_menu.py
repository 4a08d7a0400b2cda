"""The cost menu of the Play page: what the family has no expectation of is left out, and the reason told."""

from typing import Any

import streamlit as st

from playground.config import Config
from playground.costs import COSTS, cost_from
from playground.errors import InvalidInput
from playground.expectation import why_undefined
from playground.parameter import Parameter
from playground.problem import Cost, Family, Problem

OWN_COST = "own"


def cost_menu(config: Config, family: Family, fields: dict[str, Any], epoch: int, notes: list[str]) -> Cost:
    """The cost with its parameters; sets the cost's fields, and adds a sentence where a choice could not be kept."""
    st.subheader("What it costs")
    own, menu = config.cost not in COSTS, f"{epoch}:cost"
    reasons = {key: why_undefined(Problem.at_defaults(family, cost)) for key, cost in COSTS.items()}
    keys = [*(key for key, reason in reasons.items() if reason is None), OWN_COST]
    wanted = st.session_state.get(menu, OWN_COST if own else config.cost)
    if wanted not in keys:
        notes.append(f"The cost {COSTS[wanted].label} was set aside. {reasons[wanted]}")
    st.session_state[menu] = wanted if wanted in keys else keys[0]
    key = st.selectbox(
        "Cost f(x) ↺",
        keys,
        format_func=lambda key: "your own f(x)" if key == OWN_COST else COSTS[key].label,
        key=menu,
    )
    if key == OWN_COST:
        text = st.text_input("f(x) =", config.cost if own else "sin(x) + 0.1*x**2", key=f"{epoch}:expression")
        still = why_undefined(Problem.at_defaults(family, cost_from(config.cost))) is None
        key = _own(text, family) or (config.cost if still else keys[0])
    cost = cost_from(key)
    kept: dict[str, Any] = dict(config.cost_params) if key == config.cost else {}
    fields["cost"] = key
    fields["cost_params"] = {
        p.name: number_of(p, kept.get(p.name, p.default), f"{epoch}:{key}:{p.name}") for p in cost.parameters
    }
    st.latex(f"f(x) = {cost.latex}")
    if family.vector and not cost.depends_on_parameters:
        st.caption("of each coordinate of x; what is paid is their sum")
    left_out = [reason for reason in reasons.values() if reason is not None]
    if left_out:
        with st.expander(f"Why {len(left_out)} of {len(reasons)} costs are left out"):
            for reason in left_out:
                st.caption(reason)
    return cost


def _own(text: str, family: Family) -> str | None:
    """The key of a typed cost; None, with an error on the page, where it is none or has no expectation."""
    try:
        cost = cost_from(text)
    except InvalidInput as error:
        st.error(str(error))
        return None
    reason = why_undefined(Problem.at_defaults(family, cost))
    if reason is not None:
        st.error(reason)
    return cost.key if reason is None else None


def number_of(parameter: Parameter, value: float, key: str, mark: str = "") -> float:
    """A slider with its number box; either moves the other."""
    slider, box = f"{key}:slider", f"{key}:box"
    whole = bool(mark)
    value = min(max(float(value), parameter.minimum), parameter.maximum)
    st.session_state.setdefault(box, int(value) if whole else value)
    st.session_state[slider] = st.session_state[box]

    def follow(source: str, target: str) -> None:
        st.session_state[target] = st.session_state[source]

    low, high = (int(end) if whole else float(end) for end in (parameter.minimum, parameter.maximum))
    step = 1 if whole else round((high - low) / 200, 4) or 0.001
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    left.slider(f"{parameter.name}{mark}", low, high, step=step, key=slider, on_change=follow, args=(slider, box))
    right.number_input(
        f"{parameter.name}, as a number",
        low,
        high,
        step=step,
        format="%d" if whole else "%g",
        key=box,
        on_change=follow,
        args=(box, slider),
        label_visibility="collapsed",
    )
    return st.session_state[box]
