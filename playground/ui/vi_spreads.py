"""Every objective's gradient at q as it is now: its variance beside that of sticking the landing."""

import numpy as np
import streamlit as st

from playground.inference.config import InferenceConfig
from playground.inference.report import spreads
from playground.inference.training import InferenceMoment
from playground.live.service import service
from playground.objectives import OBJECTIVES
from playground.ui.session import Session

REPLICATES = 1000


def variance_table(config: InferenceConfig, session: Session) -> None:
    """A button, and the table that it makes of all objectives that can run here."""
    with st.expander("How noisy would every objective be, right here?", icon=":material/query_stats:"):
        st.markdown(
            f"All objectives that can run, at the first one's q as it is now, each with the same K = {config.samples}: "
            "the variances of all elements of φ added up. They compare where the goal is the same."
        )
        if not st.button("Measure them now", key="vi:spreads"):
            return
        run = service().runs.peek(session.run_id)
        moment = None if run is None else run.snapshot
        if not isinstance(moment, InferenceMoment):
            st.caption("There is nothing to measure yet: press play.")
            return
        # The moment's own configuration: what is being edited may not have reached the run yet.
        now = moment.config
        found = spreads(now.density, now.surrogate, moment.phi[0], now.samples, REPLICATES, now.seed)
        rows = [
            {
                "objective": OBJECTIVES[key].label,
                "goal": spread.goal,
                "variance": float(np.sum(spread.variance)),
                "exact variance": None if spread.exact is None else float(np.sum(spread.exact)),
                "times that of sticking the landing": spread.ratio,
            }
            for key, spread in found.items()
        ]
        st.dataframe(rows, hide_index=True, width="stretch")
        st.caption(f"Over {REPLICATES} replicates at step {moment.step}; exact by quadrature where it is known.")
