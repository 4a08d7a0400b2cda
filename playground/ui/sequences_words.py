"""Under the board of sequences: the shapes along the model, the wirings run live, and what is learnt."""

import streamlit as st

from playground.sequences.config import SequenceConfig
from playground.sequences.diagram import svg
from playground.sequences.shapes import trace
from playground.sequences.wirings import KERAS, WIRINGS, Outcome, Wiring, keras_3_mended, outcome, source
from playground.ui.drawing import drawing
from playground.ui.session import Session

KERAS_3, KERAS_2 = KERAS


def sequences_words(config: SequenceConfig, session: Session) -> None:
    """Shapes, wirings, loss."""
    del session
    st.markdown("**Shapes along the way.** One batch has just been sent through this very model:")
    drawing(svg(trace(config)), "sequences:shapes")
    if config.wiring == "outside":
        st.markdown(
            "`Dense` works on the last axis of each step; the distribution layer stands after it, and to it both "
            "**batch and time are batch axes**. It gives one law a step, and one log-likelihood a step:"
        )
        st.latex(r"-\frac{1}{B\,T}\sum_{b,t}\log \mathcal{N}\left(x_{b,t+1};\ \mu_{b,t},\ \sigma_{b,t}\right)")
    else:
        st.markdown(
            "`TimeDistributed` reshapes what its layer returns, so the distribution is turned into a tensor: **one "
            "draw a step**. A draw has no `log_prob`; what is left is its squared error, which is"
        )
        st.latex(r"\mathbb{E}\left(x-\mu-\sigma\varepsilon\right)^2 = \mathbb{E}\left(x-\mu\right)^2+\sigma^2,")
        st.markdown("the smaller the less noise there is: the scale is driven to 0, whatever the series does.")
    _wirings()


def _wirings() -> None:
    """Each of them as it is commonly tried, and as it works."""
    st.markdown("**Where the distribution goes.** Four wirings, run on this server when the page was opened:")
    tabs = st.tabs([wiring.title for wiring in WIRINGS])
    for tab, wiring in zip(tabs, WIRINGS, strict=True):
        with tab:
            _wiring(wiring)
    with st.expander("And with Keras 3?"):
        st.markdown(f"What works with tf_keras does not work there: {_result(outcome(WIRINGS[1].mended, KERAS_3))}")
        st.markdown("A model may end at the parameters, though, and the distribution be made of what it returns:")
        st.code(source(keras_3_mended), language="python")
        st.markdown(f"→ {_result(outcome(keras_3_mended, KERAS_3))}")


def _wiring(wiring: Wiring) -> None:
    found = {keras: outcome(wiring.wired, keras) for keras in KERAS}
    left, right = st.columns(2)
    with left:
        st.markdown("As it is commonly tried:")
        st.code(_marked(source(wiring.wired), found), language="python", line_numbers=True, wrap_lines=True)
        for keras, result in found.items():
            st.markdown(f"→ **{keras}**: {_result(result)}")
    with right:
        st.markdown("As it works:")
        st.code(source(wiring.mended), language="python", line_numbers=True, wrap_lines=True)
        st.markdown(f"→ **{KERAS_2}**: {_result(outcome(wiring.mended, KERAS_2))}")
    st.markdown(wiring.why)


def _result(found: Outcome) -> str:
    if found.error is not None:
        where = "" if found.line is None else f" on line {found.line + 1}"
        return f"`{found.error}`{where}: {found.message}"
    if found.gradient is None:
        return f"no error, a `{found.kind}` of shape {found.shape}; its gradient of log-likelihood is **None**."
    return f"a distribution, {found.shape}; the log-likelihood's gradient has norm **{found.gradient:.3g}**."


def _marked(code: str, found: dict[str, Outcome]) -> str:
    """The code, with a remark at the lines that raised."""
    lines = code.rstrip().splitlines()
    for keras, result in found.items():
        if result.line is not None:
            mark = "  # ✗" if "# ✗" not in lines[result.line] else ","
            lines[result.line] += f"{mark} {keras.split(' (')[0]}"
    return "\n".join(lines)
