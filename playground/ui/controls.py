"""The sidebar of the Play page: every choice, with what cannot run greyed and the reason beside it.

Widgets are keyed by the session's epoch: a preset, a link or a file replaces the whole configuration and starts a new
epoch, and with it new widgets that show it. ↺ marks what starts the run anew.
"""

from typing import Any

import streamlit as st

from playground.config import MOST_ESTIMATORS, Config, hyperparameters_of, is_static
from playground.errors import InvalidInput
from playground.estimator import Draw, Estimator
from playground.estimators import ESTIMATORS, sampling
from playground.families import FAMILIES
from playground.problem import Problem
from playground.training.optimizers import OPTIMIZERS
from playground.ui.cost_menu import cost_menu, number_of
from playground.ui.parameters import family_parameters
from playground.ui.query_params import LEARNING_RATES, PAGE_LIMITS, check_size
from playground.ui.race_menu import race_menu


def controls(config: Config, epoch: int) -> tuple[Config, list[str]]:
    """Shows all controls at `config`.

    Returns:
      The configuration they stand at, and a sentence for each choice that could not be kept.
    """
    fields: dict[str, Any] = config.to_mapping()
    notes: list[str] = []
    st.subheader("What is sampled")
    family = FAMILIES[
        st.selectbox(
            "Family ↺",
            list(FAMILIES),
            index=list(FAMILIES).index(config.family),
            format_func=lambda key: FAMILIES[key].label,
            key=f"{epoch}:family",
        )
    ]
    same_family = family.key == config.family
    fields["family"] = family.key
    with st.expander("Starting parameters ↺", expanded=False):
        started = fields["params"] if same_family else {}
        fields["params"] = family_parameters(family, started, f"{epoch}:{family.key}")
    cost = cost_menu(config, family, fields, epoch, notes)
    if not same_family:
        fields["show"] = ()
    problem = Problem(
        family, cost, tuple(_size(fields["params"][p.name]) for p in family.parameters), fields["cost_params"]
    )
    st.subheader("How the gradient is estimated")
    low, high = PAGE_LIMITS["samples"]
    fields["samples"] = st.number_input("Samples K ↺", low, high, config.samples, key=f"{epoch}:samples")
    draw = _draw(config, problem, fields["samples"], epoch, notes)
    fields["sampling"] = draw.sampling
    fields["estimators"] = _estimators(config, problem, draw, epoch, notes)
    known = hyperparameters_of([ESTIMATORS[key] for key in fields["estimators"]])
    kept = fields["hyperparameters"]
    fields["hyperparameters"] = {
        name: number_of(p, kept.get(name, p.default), f"{epoch}:{name}", " ↺" if is_static(name) else "")
        for name, p in known.items()
    }
    _training(config, fields, epoch)
    _view(config, fields, problem, epoch)
    try:
        wanted = Config.create(**fields)
        check_size(wanted)
        return wanted, notes
    except InvalidInput as error:
        return config, [*notes, str(error)]


def _draw(config: Config, problem: Problem, samples: int, epoch: int, notes: list[str]) -> Draw:
    """K samples, drawn as was chosen; independently, and with a sentence, where they cannot be drawn like that."""
    key = f"{epoch}:sampling"
    wanted = st.session_state.get(key, config.sampling)
    reason = sampling.why_not(problem, Draw(samples, config.replicates, wanted))
    if reason is not None:
        notes.append(f"The sampling scheme {wanted} was set aside. {reason}")
    st.session_state[key] = wanted if reason is None else "independent"
    st.segmented_control("Sampling ↺", sampling.SCHEMES, required=True, key=key)
    return Draw(samples, config.replicates, st.session_state[key])


def _estimators(config: Config, problem: Problem, draw: Draw, epoch: int, notes: list[str]) -> list[str]:
    reasons = {key: estimator.why_not(problem, draw) for key, estimator in ESTIMATORS.items()}
    return race_menu(
        ESTIMATORS,
        reasons,
        config.estimators,
        MOST_ESTIMATORS,
        f"{epoch}:estimator",
        notes,
        lambda key: _label(ESTIMATORS[key], problem),
    )


def _label(estimator: Estimator, problem: Problem) -> str:
    return estimator.label if estimator.unbiased(problem) else f"{estimator.label} — biased"


def _training(config: Config, fields: dict[str, Any], epoch: int) -> None:
    st.subheader("How it is trained")
    optimizers = list(OPTIMIZERS)
    columns = st.columns(2)
    with columns[0]:
        fields["optimizer"] = st.selectbox(
            "Optimiser ↺",
            optimizers,
            optimizers.index(config.optimizer),
            format_func=lambda key: OPTIMIZERS[key].label,
            key=f"{epoch}:optimizer",
        )
    with columns[1]:
        fields["learning_rate"] = st.number_input(
            "Learning rate", *LEARNING_RATES, config.learning_rate, format="%g", key=f"{epoch}:rate"
        )
    goal = st.segmented_control(
        "Goal ↺",
        ["minimise", "maximise"],
        default="maximise" if config.maximize else "minimise",
        required=True,
        key=f"{epoch}:goal",
    )
    fields["maximize"] = goal == "maximise"
    mode = st.segmented_control(
        "Comparison ↺",
        ["race", "same θ"],
        default="race" if config.mode == "race" else "same θ",
        required=True,
        help="Race: each estimator trains itself. Same θ: the first one trains, all are measured at its parameters.",
        key=f"{epoch}:mode",
    )
    fields["mode"] = "race" if mode == "race" else "same"


def _view(config: Config, fields: dict[str, Any], problem: Problem, epoch: int) -> None:
    """Which parameters the charts look at, where there are more than two."""
    names = problem.names
    if len(names) <= 2:
        fields["show"] = ()
        return
    kept = [name for name in fields["show"] if name in names]
    fields["show"] = st.multiselect(
        "Parameters in the charts",
        names,
        kept or list(names[:2]),
        max_selections=2,
        key=f"{epoch}:{config.family}:{len(names)}:show",
    )


def _size(value: Any) -> int:
    return len(value) if isinstance(value, list) else 1
