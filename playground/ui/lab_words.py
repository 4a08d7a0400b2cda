"""Under the lab's board: what is to be seen, what cannot run and why, and the ways into Play."""

import math
from typing import Any

import streamlit as st

from playground.costs import cost_from
from playground.estimators import ESTIMATORS
from playground.families import FAMILIES
from playground.lab.config import LabConfig
from playground.lab.links import play_address, play_together
from playground.lab.measures import MEASURES
from playground.lab.plan import tasks
from playground.lab.training import LabMoment
from playground.live.service import service
from playground.sweeps.advice import SEEN, Choice
from playground.ui.session import Session
from playground.ui.words import goal

REFRESH_SECONDS = 2.0
STORIES = {
    "sweep": "One thing is varied, all else stays. At each value every estimator is asked for its gradient "
    "{replicates} times, and the numbers are read off those {replicates} answers.",
    "atlas": "Every family at its default parameters × every estimator, at one cost. Press a cell to open it in Play.",
    "cloud": "Each estimator is asked {replicates} times for the gradient at one and the same place. An unbiased one "
    "scatters around the cross, a biased one beside it; the better, the smaller its cloud.",
    "advice": "Your own problem: choose the family, write your own f(x) in the sidebar, and say how often one estimate "
    "may ask for f. Every estimator gets as many samples as that buys, and is then measured.",
}


def lab_words(config: LabConfig, session: Session) -> None:
    """The view's story, its findings, and an introduction for newcomers."""
    st.markdown(f"**{STORIES[config.view].format(replicates=config.replicates)}**")
    if config.view == "sweep":
        measure = MEASURES[config.measure]
        st.markdown(f"*{measure.label}.* {measure.story}")
        _sweep_link(config)
    if config.view == "atlas":
        _cell(config, session.epoch)
    if config.view == "cloud":
        _link("Race these estimators in Play", play_together(config))
    _findings(session.run_id)
    _newcomer(config)


def _sweep_link(config: LabConfig) -> None:
    """A value of the sweep, to be looked at in Play."""
    left, right = st.columns([2, 3], vertical_alignment="bottom")
    values = config.spec.values
    value = left.select_slider(
        f"At {config.over} =", values, values[len(values) // 2], format_func=lambda v: f"{v:.4g}",
        key=f"lab:value:{config.over}:{len(values)}:{values[0]}:{values[-1]}",
    )  # fmt: skip
    with right:
        _link("Race these estimators there, in Play", play_together(config, value))


def _cell(config: LabConfig, epoch: int) -> None:
    """A cell of the atlas by its names, for those who cannot press it."""
    left, middle, right = st.columns(3, vertical_alignment="bottom")
    family = left.selectbox(
        "Family", list(FAMILIES), format_func=lambda key: FAMILIES[key].label, key=f"lab:{epoch}:cell:family"
    )
    estimator = middle.selectbox(
        "Estimator", list(ESTIMATORS), format_func=lambda key: ESTIMATORS[key].label, key=f"lab:{epoch}:cell:estimator"
    )
    place = list(FAMILIES).index(family) * len(ESTIMATORS) + list(ESTIMATORS).index(estimator)
    task = tasks(config)[place]
    with right:
        _link("Open this cell in Play", play_address(task))
    here = task.config()
    reason = ESTIMATORS[estimator].why_not(here.problem, here.draw)
    if reason is not None:
        st.caption(f"It cannot run: {reason}")


def _link(label: str, address: str | None) -> None:
    if address is not None:
        st.link_button(label, address, icon=":material/play_circle:")


@st.fragment(run_every=REFRESH_SECONDS)
def _findings(run_id: str) -> None:
    """What has been found so far, in words and tables; it refreshes itself."""
    run = service().runs.peek(run_id)
    moment = None if run is None else run.snapshot
    if not isinstance(moment, LabMoment):
        return
    if moment.config.view == "advice":
        _advice(moment)
        return
    reasons = {row.estimator: row.reason for row in moment.rows if not row.ran and row.reason is not None}
    reasons |= {cloud.estimator: cloud.reason for cloud in moment.clouds if cloud.reason is not None}
    if moment.config.view != "atlas":
        for key, reason in reasons.items():
            st.caption(f"**{ESTIMATORS[key].label}** cannot run everywhere here: {reason}")
        return
    refused = [cell for cell in moment.cells if cell.relative is None and not cell.noiseless]
    with st.expander(f"Why {len(refused)} of {len(moment.cells)} cells are grey"):
        st.dataframe(
            [{"family": FAMILIES[c.family].label, "estimator": ESTIMATORS[c.estimator].label, "why": c.reason}
             for c in refused],
            hide_index=True, width="stretch",
        )  # fmt: skip


def _advice(moment: LabMoment) -> None:
    advice = moment.advice
    if advice is None or not advice.ranked:
        st.caption("The ranking appears with the first measurement.")
        return
    best = advice.ranked[0]
    label, verb = ESTIMATORS[best.estimator].label, "Use" if moment.status == "finished" else "So far"
    st.markdown(f"{verb} **{label}** with K = {best.samples}. {best.why}")
    _link(f"Open {label} in Play", _play(moment, best.estimator))
    rows: list[dict[str, Any]] = [
        {
            "rank": place,
            "estimator": ESTIMATORS[choice.estimator].label,
            "mean squared error": _number(choice.mean_squared_error),
            "bias²": _bias(choice),
            "K": choice.samples,
            "evaluations": choice.evaluations,
            "why": choice.why,
        }
        for place, choice in enumerate(advice.ranked, start=1)
    ]
    wide = {"why": st.column_config.TextColumn(width="large")}
    st.dataframe(rows, hide_index=True, width="stretch", row_height=76, column_config=wide)
    if advice.refused:
        with st.expander(f"Why {len(advice.refused)} others are not in the table"):
            for key, reason in advice.refused:
                st.caption(f"**{ESTIMATORS[key].label}**: {reason}")


def _play(moment: LabMoment, estimator: str) -> str | None:
    return next((play_address(task) for task in tasks(moment.config) if task.estimator == estimator), None)


def _bias(choice: Choice) -> str:
    """Its bias², where it is to be seen: an unbiased estimator's is 0."""
    if choice.bias_squared is None or choice.row.unbiased:
        return _number(choice.bias_squared)
    seen = choice.bias_squared > SEEN * (choice.row.bias_squared_error or 0.0)
    return _number(choice.bias_squared) if seen else "below the noise"


def _number(value: float | None) -> str:
    return "unknown" if value is None or not math.isfinite(value) else f"{value:.3g}".replace("-", "−")


def _newcomer(config: LabConfig) -> None:
    """For somebody who has never heard of any of this."""
    family, cost = FAMILIES[config.family], cost_from(config.cost)
    with st.expander("What is all this? For those who meet it for the first time"):
        st.markdown(
            f"A program draws random numbers x from a distribution (here: {family.label}) and pays a cost f(x) for "
            "each. It wants to know: **if I turn the distribution's parameters a little, how does the average cost "
            "change?** That is a gradient,"
        )
        st.latex(goal(family, cost))
        st.markdown(
            "and a computer that can only draw samples has to **guess** it from K of them. There are many recipes for "
            "the guess, called *estimators*. One follows the slope of f along the path of each sample (*pathwise*); "
            "one never looks at a slope, and weighs each cost by how strongly its sample speaks for turning the "
            "parameter (*score function*, in reinforcement learning called *REINFORCE*); others compare pairs of "
            "samples, or swap a jump for something smooth.\n\n"
            "A recipe can be wrong in two ways. Its guesses may **scatter**: that is its *variance*, and more samples "
            "help. Or they may be off **on average**: that is its *bias*, and no number of samples helps. Both "
            "together are the *mean squared error*. The lab measures them, one recipe beside the other."
        )
