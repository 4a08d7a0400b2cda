"""The sidebar of the Variance lab, and the choice of a view above its board."""

from dataclasses import replace
from typing import Any

import streamlit as st

from playground.config import Config, hyperparameters_of, is_static
from playground.errors import InvalidInput
from playground.estimators import ESTIMATORS
from playground.estimators.sampling import SCHEMES
from playground.families import FAMILIES
from playground.lab.config import LIMITS, MOST_ESTIMATORS, VIEWS, LabConfig
from playground.lab.measures import MEASURES
from playground.lab.ranges import Range, ranges
from playground.sweeps.row import ALL
from playground.sweeps.scale import SCALES
from playground.ui import fields
from playground.ui.cost_menu import cost_menu, number_of
from playground.ui.parameters import family_parameters
from playground.ui.session import Session

SCOPED = ("sweep", "cloud")
"""The views that are about a few estimators; the others take all that there are."""


def lab_top(session: Session) -> None:
    """Which view, and what is drawn of a sweep: what a learner changes most stands where a phone shows it, too."""
    config: LabConfig = session.config
    key = f"lab:{session.epoch}"

    def changed() -> None:
        chosen = st.session_state[f"{key}:view"]
        session.replace(replace(session.config, view=next(k for k, word in VIEWS.items() if word == chosen)),
                        session.speed)  # fmt: skip

    def measured() -> None:
        session.apply(replace(session.config, measure=st.session_state[f"{key}:measure"]))

    with st.container(horizontal=True):
        st.segmented_control(
            "View", list(VIEWS.values()), default=VIEWS[config.view], required=True, key=f"{key}:view",
            on_change=changed, label_visibility="collapsed", width="content",
        )  # fmt: skip
        if config.view == "sweep":
            st.selectbox(
                "What is drawn", list(MEASURES), list(MEASURES).index(config.measure), key=f"{key}:measure",
                format_func=lambda name: MEASURES[name].label, on_change=measured, width=270,
                label_visibility="collapsed",
            )  # fmt: skip


def lab_controls(config: LabConfig, epoch: int) -> tuple[LabConfig, list[str]]:
    """Shows all controls at `config`.

    Returns:
      The configuration they stand at, and a sentence for each choice that could not be kept.
    """
    wanted: dict[str, Any] = config.to_mapping()
    notes: list[str] = []
    base = _problem(config, wanted, epoch, notes)
    if base is None:
        return config, notes
    _estimators(config, wanted, base, epoch)
    if config.view == "advice":
        wanted["budget"] = fields.whole(
            "Budget: evaluations of f ↺", *LIMITS["budget"], config.budget, f"{epoch}:budget", "For one estimate."
        )
    if config.view == "sweep":
        _sweep(config, wanted, base, epoch)
    _effort(config, wanted, epoch)
    if wanted["show"] not in (ALL, *base.problem.names):
        wanted["show"] = ALL
    if config.view in SCOPED:
        names = [ALL, *base.problem.names]
        wanted["show"] = fields.menu(
            "Looked at", names, wanted["show"], f"{epoch}:{base.family}:{len(names)}:show",
            lambda name: "the whole gradient" if name == ALL else f"∂{name}",
        )  # fmt: skip
    try:
        return LabConfig.create(**wanted), notes
    except InvalidInput as error:
        return config, [*notes, str(error)]


def _problem(config: LabConfig, wanted: dict[str, Any], epoch: int, notes: list[str]) -> Config | None:
    """Family, parameters and cost; the problem that they make, or None, with a note, where they make none."""
    if config.view != "atlas":
        st.subheader("What is sampled")
        wanted["family"] = fields.menu(
            "Family ↺", list(FAMILIES), config.family, f"{epoch}:family", lambda key: FAMILIES[key].label
        )
    family = FAMILIES[wanted["family"]]
    same = family.key == config.family
    if config.view != "atlas":
        with st.expander("Parameters ↺"):
            given = wanted["params"] if same else {}
            wanted["params"] = family_parameters(family, given, f"{epoch}:{family.key}")
    if not same:
        wanted["show"] = ALL
    cost_menu(config.base, family, wanted, epoch, notes)
    try:
        names = ("family", "params", "cost", "cost_params")
        return Config.create(**{name: wanted[name] for name in names}, estimators=["score_function"], must_run=False)
    except InvalidInput as error:
        notes.append(str(error))
        return None


def _estimators(config: LabConfig, wanted: dict[str, Any], base: Config, epoch: int) -> None:
    """The estimators of a sweep or a cloud, with their own numbers: what cannot run may be chosen, and says why."""
    if config.view not in SCOPED:
        return
    st.subheader("How the gradient is estimated")
    draw = replace(base, samples=config.samples, sampling=config.sampling).draw
    able = {key for key, plugin in ESTIMATORS.items() if plugin.why_not(base.problem, draw) is None}
    chosen = st.multiselect(
        "Estimators ↺",
        sorted(ESTIMATORS, key=lambda key: key not in able),
        list(config.estimators),
        max_selections=MOST_ESTIMATORS,
        format_func=lambda key: ESTIMATORS[key].label if key in able else f"{ESTIMATORS[key].label} — cannot run here",
        key=f"{epoch}:estimators",
    )
    wanted["estimators"] = chosen or list(config.estimators)
    known = hyperparameters_of([ESTIMATORS[key] for key in wanted["estimators"]])
    kept = wanted["hyperparameters"]
    wanted["hyperparameters"] = {
        name: number_of(p, kept.get(name, p.default), f"{epoch}:{name}", " ↺" if is_static(name) else "")
        for name, p in known.items()
        if config.view != "sweep" or name != st.session_state.get(f"{epoch}:over", config.over)
    }


def _sweep(config: LabConfig, wanted: dict[str, Any], base: Config, epoch: int) -> None:
    """What is varied, and to which values."""
    st.subheader("What is varied")
    known = ranges(base, [ESTIMATORS[key] for key in wanted["estimators"]])
    words = {"samples": "samples K", "dimension": "dimension D"}
    wanted["over"] = fields.menu(
        "Against ↺", list(known), config.over, f"{epoch}:over", lambda name: words.get(name, name)
    )
    found: Range = known[wanted["over"]]
    same = wanted["over"] == config.over and base.family == config.family
    key = f"{epoch}:{base.family}:{wanted['over']}"
    low, high = (config.low, config.high) if same else (found.low, found.high)
    st.caption(f"What stands above for {words.get(wanted['over'], wanted['over'])} gives way to each of these values.")
    left, right = st.columns(2)
    with left:
        wanted["low"] = _end("From ↺", found, low, f"{key}:low")
    with right:
        wanted["high"] = _end("To ↺", found, high, f"{key}:high")
    wanted["count"] = fields.whole("Values ↺", *LIMITS["count"], config.count, f"{epoch}:count")
    scale = config.scale if same else found.scale
    wanted["scale"] = fields.switch("Spread ↺", {name: name for name in SCALES}, scale, f"{key}:scale")


def _end(label: str, found: Range, value: float, key: str) -> float:
    value = min(max(value, found.least), found.most)
    if found.whole:
        return fields.whole(label, int(found.least), int(found.most), int(value), key)
    return float(st.number_input(label, float(found.least), float(found.most), float(value), format="%g", key=key))


def _effort(config: LabConfig, wanted: dict[str, Any], epoch: int) -> None:
    """K, R and how samples are drawn."""
    left, right = st.columns(2) if config.view != "advice" else (st.container(), st.container())
    if config.view != "advice":
        with left:
            wanted["samples"] = fields.whole(
                "Samples K ↺", *LIMITS["samples"], config.samples, f"{epoch}:samples", "Of one estimate."
            )
    with right:
        wanted["replicates"] = fields.whole(
            "Estimates R ↺", *LIMITS["replicates"], config.replicates, f"{epoch}:replicates",
            "Whole estimates a cell: the more, the surer the numbers, and the longer it takes.",
        )  # fmt: skip
    wanted["sampling"] = fields.switch(
        "Sampling ↺", {name: name for name in SCHEMES}, config.sampling, f"{epoch}:sampling"
    )
