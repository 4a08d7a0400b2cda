"""Under the Zoo's board: the variables as they are now, how the distribution is built, and what to watch for."""

import numpy as np
import streamlit as st

from playground.fitting.config import FitConfig
from playground.fitting.faults import notes
from playground.fitting.learnable import Layout
from playground.fitting.moment import FitMoment
from playground.fitting.reverse_kl import how_reverse_kl
from playground.fitting.script import construction
from playground.fitting.table import variables_table
from playground.live.service import service
from playground.ui.session import Session
from playground.zoo import ZOO

REFRESH_SECONDS = 2.0
MOST_NUMBERS = 12


def zoo_words(config: FitConfig, session: Session) -> None:
    """Variables, code, and how the gradient is found."""
    learnable = ZOO[config.model]
    _variables(session.run_id)
    left, right = st.columns([3, 2])
    with left:
        st.markdown("**How it is built.** The code runs as it stands; Export has it with today's numbers.")
        st.code(construction(learnable, config.sizes()), language="python")
    with right:
        st.markdown("**How it learns.**")
        if config.goal == "likelihood":
            rows = "all rows" if config.batch == 0 else f"{config.batch} rows, drawn anew at each step"
            st.markdown(
                rf"Each step follows $-\nabla\,\frac1n\sum_i\log p(x_i;\,\theta)$ over {rows}. No sample of the model "
                "is needed, so the gradient only has the noise of which rows were drawn."
            )
        else:
            way = how_reverse_kl(learnable, config.sizes())
            st.markdown(
                r"Each step follows $\nabla\,\mathbb{E}_{q}[\log q(z)-\log p(z)]$: an average over the model's own "
                f"samples, so the gradient has to get through them. Here: **{way.label}**. {way.story}"
            )
        st.markdown(
            "The optimiser moves the *raw* variables, which may be any numbers. A bijector turns each into what the "
            "distribution needs: a scale above 0, a triangle with a positive diagonal, a weight that is fixed."
        )


@st.fragment(run_every=REFRESH_SECONDS)
def _variables(run_id: str) -> None:
    """Raw and constrained values side by side, as they are now; it refreshes itself."""
    run = service().runs.peek(run_id)
    moment = None if run is None else run.snapshot
    if not isinstance(moment, FitMoment):
        st.caption("The variables appear as soon as the fit has begun.")
        return
    layout = Layout(ZOO[moment.config.model], moment.sizes)
    flat = np.concatenate([np.ravel(moment.raw[variable.name]) for variable in layout.variables])
    rows = variables_table(layout, flat)
    total = sum(row.learnt for row in rows)
    st.markdown(f"**{total} numbers are learnt** (step {moment.step}).")
    st.dataframe(
        [
            {
                "variable": row.name,
                "raw: what the optimiser moves": _short(row.raw),
                "bijector": row.bijector,
                "constrained: what the distribution sees": _short(row.constrained),
                "learnt": row.learnt,
            }
            for row in rows
        ],
        hide_index=True,
        width="stretch",
    )
    for row in rows:
        if row.frozen is not None:
            st.caption(f"🔒 **{row.name}**: {row.frozen}")
    for sentence in notes(moment.components):
        st.caption(f"⚠ {sentence}")


def _short(values: np.ndarray) -> str:
    numbers = [f"{value:.3g}" for value in np.ravel(values)[:MOST_NUMBERS]]
    more = np.size(values) - MOST_NUMBERS
    shape = "" if np.ndim(values) < 1 else f"{'×'.join(map(str, np.shape(values)))}: "
    return shape + ", ".join(numbers).replace("-", "−") + (f", … {more} more" if more > 0 else "")
