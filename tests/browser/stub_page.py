"""The stub's only page. What the board tells Python is written below it."""

import streamlit as st
from stub_source import find

from playground.live.board import Event, board


def hear(event: Event) -> None:
    st.session_state["heard"] = [*st.session_state.get("heard", []), event["name"]]
    if event["name"] == "gone":
        st.session_state["run"] = "another"


st.set_page_config(page_title="Board", layout="wide")
st.markdown("##### The stub")
asked = st.query_params.get("run", "stub")
board(st.session_state.get("run", asked), find, seed=7, on_event=hear)
st.button("Rerun the script")
if st.button("Other figures"):
    find(asked).generation += 1
st.text_input("Type here")
st.caption("heard: " + ", ".join(st.session_state.get("heard", [])))
