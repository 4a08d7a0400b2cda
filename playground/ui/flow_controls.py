"""The menus of the flow diagram: family, parameters, cost and estimator, which the address keeps."""

from collections.abc import Mapping

import streamlit as st

from playground.config import Config
from playground.costs import COSTS, cost_from
from playground.errors import InvalidInput
from playground.estimator import Draw
from playground.estimators import ESTIMATORS
from playground.expectation import why_undefined
from playground.families import FAMILIES
from playground.problem import Problem
from playground.ui import clinic, query_params
from playground.ui.fields import menu
from playground.ui.parameters import family_parameters

SAMPLES, REPLICATES = 16, 2000
FIRST = "flow:first"
OTHERS = ("tab", "find", "verdicts", "row", *clinic.KEPT)
"""Of the page's other tabs."""
DEFAULT_ESTIMATOR = "pathwise"
PARAMETERS = {p.name for family in FAMILIES.values() for p in family.parameters} | {
    p.name for cost in COSTS.values() for p in cost.parameters
}


def from_query(query: Mapping[str, str]) -> tuple[Config, list[str]]:
    """The diagram behind an address, and a sentence for each value that was replaced by its default. Never raises."""
    own = {name: value for name, value in query.items() if name not in OTHERS and name != "estimator"}
    wanted = {"estimators": query["estimator"]} if "estimator" in query else {}
    config, _, warnings = query_params.from_query(own | wanted)
    return config, [sentence.replace("`estimators` in", "`estimator` in") for sentence in warnings]


def to_query(config: Config) -> dict[str, str]:
    """What the address says of a diagram."""
    names = ["family", *dict(config.params), "cost", *dict(config.cost_params)]
    written = query_params.to_query(config, query_params.DEFAULT_SPEED)
    return {name: written[name] for name in names} | {"estimator": config.estimators[0]}


def flow_config() -> Config | None:
    """Shows the menus, first as the address says; None, with the reason on the page, where nothing can run."""
    if FIRST not in st.session_state:
        st.session_state[FIRST], sentences = from_query(st.query_params.to_dict())
        for sentence in sentences:
            st.warning(sentence)
    first: Config = st.session_state[FIRST]
    family = FAMILIES[menu("Family", list(FAMILIES), first.family, "flow:family", lambda key: FAMILIES[key].label)]
    given = first.to_mapping()["params"] if family.key == first.family else {}
    with st.expander("Its parameters"):
        params = family_parameters(family, given, f"flow:{family.key}")
    costs = {key: cost_from(key) for key in dict.fromkeys([*COSTS, first.cost])}
    defined = [key for key, cost in costs.items() if why_undefined(Problem.at_defaults(family, cost)) is None]
    cost = costs[menu("Cost f(x)", defined, first.cost, "flow:cost", lambda key: costs[key].label)]
    cost_params = dict(first.cost_params) if cost.key == first.cost else {}
    sizes = tuple(len(value) if isinstance(value, list) else 1 for value in params.values())
    problem = Problem(family, cost, sizes, cost_params or {p.name: p.default for p in cost.parameters})
    reasons = {key: plugin.why_not(problem, Draw(SAMPLES, REPLICATES)) for key, plugin in ESTIMATORS.items()}
    able = [key for key, reason in reasons.items() if reason is None]
    estimator = menu("Estimator", able, first.estimators[0], "flow:estimator", lambda key: ESTIMATORS[key].label)
    left_out = [f"{ESTIMATORS[key].label}: {reason}" for key, reason in reasons.items() if reason is not None]
    if left_out:
        with st.expander(f"Why {len(left_out)} of {len(reasons)} estimators are left out"):
            for reason in left_out:
                st.caption(reason)
    try:
        config = Config.create(
            family=family.key,
            params=params,
            cost=cost.key,
            cost_params=cost_params,
            estimators=(estimator,),
            samples=SAMPLES,
            replicates=REPLICATES,
        )
    except InvalidInput as error:
        st.error(str(error))
        return None
    written = to_query(config)
    for name in PARAMETERS - set(written):
        if name in st.query_params:
            del st.query_params[name]
    for name, value in written.items():
        st.query_params[name] = value
    return config
