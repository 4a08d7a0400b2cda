"""The frame around all pages: title and navigation."""

import streamlit as st

st.set_page_config(page_title="Gradient Playground", page_icon="〰️", layout="wide")
st.navigation([st.Page("play.py", title="Play", icon=":material/play_circle:", default=True)]).run()
