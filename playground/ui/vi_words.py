"""Under the board on variational inference: the goal as a formula, and what each objective does about it."""

import inspect

import streamlit as st
import tensorflow as tf

from playground.approximations import APPROXIMATIONS
from playground.inference.config import InferenceConfig
from playground.inference.taped import before_the_tape, on_the_tape
from playground.objectives import OBJECTIVES
from playground.targets import TARGETS
from playground.ui.session import Session
from playground.ui.vi_spreads import variance_table

GOALS = {
    "elbo": "estimates the ELBO's gradient, without bias",
    "iwae": "estimates the gradient of the K-sample bound, which is tighter than the ELBO, without bias",
    "forward": "estimates the gradient of the forward KL(p ‖ q), without bias",
}


def vi_words(config: InferenceConfig, session: Session) -> None:
    """The bound, the approximation, and each objective's story, formula and source."""
    approximation = APPROXIMATIONS[config.approximation]
    if config.target == "prior_and_square":
        _why_none()
    st.markdown(
        "**The goal.** q should be as near to p as its family allows. The ELBO can be estimated without knowing how "
        "p is normalised, and what it lacks to the log evidence is exactly KL(q ‖ p):"
    )
    st.latex(r"\log\!\int p(z)\,dz \;=\; \mathbb{E}_{q}\!\left[\log p(z)-\log q(z)\right] \;+\; \mathrm{KL}(q\,\|\,p)")
    target = TARGETS[config.target]
    st.markdown(f"**{target.label}**: $\\log p(z) = {target.latex}$ up to a constant. {target.story}")
    st.markdown(f"**{approximation.label}**: ${approximation.latex}$. {approximation.story}")
    for key in config.objectives:
        objective = OBJECTIVES[key]
        st.markdown(
            f"**{objective.label}**: ${objective.latex}$. {objective.story} It "
            f"{GOALS[objective.goal_at(config.samples)]}. *{objective.reference}*"
        )
    variance_table(config, session)


def _why_none() -> None:
    """The commonest mistake with this very objective, run as it stands beside its cure."""
    with st.expander("Why is my gradient None?", icon=":material/help:"):
        st.markdown(
            "The tape only knows what happens on it. Draw the sample, or take the KL, before it is open, and the loss "
            "is made of plain numbers: no path leads back to the parameters. Both run here, at loc 0.4, raw_scale 0.3:"
        )
        for column, function, verdict in zip(
            st.columns(2), (before_the_tape, on_the_tape), ("no path back", "it flows"), strict=True
        ):
            gradients = function(tf.Variable(0.4), tf.Variable(0.3))
            words = ", ".join("None" if g is None else f"{float(g):.4f}" for g in gradients)
            column.code(inspect.getsource(function), language="python")
            column.markdown(f"→ `[{words}]`: {verdict}.")
