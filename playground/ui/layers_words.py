"""Under the board of the Layers page: gradients as they are now, the layers and their shapes, the code."""

import functools

import numpy as np
import streamlit as st

from playground.layers import describe
from playground.layers.config import LayersConfig
from playground.layers.moment import LayersMoment, gradient_rows
from playground.layers.state import Signature
from playground.layers.steps import DRAWS, engine_of
from playground.live.service import service
from playground.models import MODELS
from playground.ui.session import Session

REFRESH_SECONDS = 2.0
SIGNS = {"value": "✓ a value", "None": "✗ None", "zero": "0 in every draw"}


def layers_words(config: LayersConfig, session: Session) -> None:
    """The table of gradients, the ways, the graph, the summary and the source."""
    plugin = MODELS[config.model]
    _gradients(session.run_id)
    left, right = st.columns([3, 2])
    with left:
        st.markdown(
            "**How it is built.** Shapes are written on the arrows, · stands for the rows. Green layers hold what the "
            "gradient reaches; dashed orange ones hold what it does not."
        )
        graph, summary = _descriptions(Signature.of(config))
        st.graphviz_chart(graph, width="stretch")
    with right:
        st.markdown("**Ways to train it.**")
        for key, way in plugin.ways.items():
            here = " *(now)*" if key == config.way else ""
            st.markdown(f"- **{way.label}**{here}: {way.story}")
    with st.expander("model.summary()"):
        st.code(summary, language=None)
    with st.expander("The model's code, as it runs here"):
        st.code(describe.source(plugin), language="python")


@functools.lru_cache(maxsize=64)
def _descriptions(signature: Signature) -> tuple[str, str]:
    """The graph and the summary of a model; both take some milliseconds."""
    engine = engine_of(signature)
    return describe.graph(engine), describe.summary(engine)


@st.fragment(run_every=REFRESH_SECONDS)
def _gradients(run_id: str) -> None:
    """For each parameter and each variable whether its gradient flows, and what it is; it refreshes itself."""
    run = service().runs.peek(run_id)
    moment = None if run is None else run.snapshot
    rows = gradient_rows(moment, DRAWS) if isinstance(moment, LayersMoment) else []
    if not isinstance(moment, LayersMoment) or not rows:
        st.caption("The gradients appear with the first step.")
        return
    st.markdown(
        f"**Does the gradient flow?** Over {DRAWS} fresh draws of rows and noise at step {moment.probed}. Parameters "
        "one by one; of a layer's variable, the length of its mean gradient and all its variances added up."
    )
    st.dataframe(
        [
            {
                "parameter or variable": row.name,
                "gradient": SIGNS[row.flow],
                "mean": _number(row.mean) if row.flow == "value" else "–",
                "exact": _number(row.exact),
                "variance": _number(row.variance) if row.flow == "value" else "–",
                "standard errors from exact": _number(row.errors) if np.isfinite(row.errors) else "–",
            }
            for row in rows
        ],
        hide_index=True,
        width="stretch",
    )
    missed = [row.name for row in rows if row.flow == "None" and np.isfinite(row.exact) and abs(row.exact) > 0.0]
    if missed:
        st.caption(f"⚠ {len(missed)} of {len(rows)} have an exact gradient that is not 0, and get None: "
                   f"{', '.join(missed[:6])}{' …' if len(missed) > 6 else ''}. They never learn.")  # fmt: skip


def _number(value: float) -> str:
    return f"{value:.3g}".replace("-", "−") if np.isfinite(value) else "unknown"
