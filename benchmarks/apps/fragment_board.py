"""The board's five charts the way Streamlit offers it: a fragment that redraws `st.plotly_chart`. For comparison.

It is given every advantage: figures are made once and only their arrays are replaced, they come from the same run, and
nothing else is on the page. Each chart's title is the step it shows, so that a page can count what was drawn.
"""

import streamlit as st

from playground.chart import Scene
from playground.charts.play import CHARTS
from playground.config import Config
from playground.live.service import service
from playground.training import runs

EVERY_SECONDS = 0.05

st.set_page_config(layout="wide")


@st.cache_resource
def warm() -> None:
    """As the app does before its first visitor."""
    service().warm_up()


def run_id() -> str:
    if "run" not in st.session_state:
        st.session_state["run"] = service().create(Config.create(estimators=("pathwise", "score_function")), 60.0)
    return st.session_state["run"]


@st.fragment(run_every=EVERY_SECONDS)
def board() -> None:
    run = service().runs.find(run_id())
    snapshot = None if run is None else run.look()
    if snapshot is None:
        return
    if "drawings" not in st.session_state:
        scene = Scene.of(snapshot)
        drawn = {key: chart.draw(scene) for key, chart in CHARTS.items() if chart.applies(scene)}
        st.session_state["drawings"] = drawn
    drawings = st.session_state["drawings"]
    for column, (key, drawing) in zip(st.columns(len(drawings)), drawings.items(), strict=True):
        for feed in drawing.feeds:
            drawing.figure.data[feed.trace][feed.attribute] = feed.read(snapshot)
        drawing.figure.layout.title.text = str(snapshot.step)
        column.plotly_chart(drawing.figure, key=key, theme=None)


warm()
# So that it is idle while the other board has its turn; only now, because the first steps of all take longer than that.
runs.PAUSE_AFTER = 1.0
board()
