"""The stub's only page. What the board tells Python is written below it."""

import streamlit as st
from stub_source import SOURCES, StubSource

from playground.live.board import Event, board


def hear(event: Event) -> None:
    st.session_state["heard"] = [*st.session_state.get("heard", []), event["name"]]
    if event["name"] == "gone":
        SOURCES["again"] = StubSource(seed=8)
        st.session_state["run"] = "again"


st.set_page_config(page_title="Board", layout="wide")
st.markdown("##### The stub")
asked = st.query_params.get("run", "stub")
board(st.session_state.get("run", asked), SOURCES.get, seed=7, on_event=hear)
st.button("Rerun the script")
st.text_input("Type here")
st.caption("heard: " + ", ".join(st.session_state.get("heard", [])))
