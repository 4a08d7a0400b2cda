"""The frame around all pages: title and navigation."""

from pathlib import Path

import streamlit as st

st.set_page_config(page_title="Gradient Playground", page_icon="〰️", layout="wide")
# It comes with a module of its own, and moves what is up by then: app.py puts it in the page's head as well.
st.html(Path(__file__).parents[1] / "playground" / "ui" / "shell.css")
st.navigation(
    [
        st.Page("play.py", title="Play", icon=":material/play_circle:", default=True),
        st.Page("zoo.py", title="Zoo", icon=":material/pets:"),
        st.Page("vi.py", title="Inference", icon=":material/join_inner:"),
        st.Page("layers.py", title="Layers", icon=":material/layers:"),
        st.Page("sequences.py", title="Sequences", icon=":material/timeline:"),
        st.Page("variance_lab.py", title="Variance lab", icon=":material/query_stats:"),
        st.Page("gradients.py", title="Does it flow?", icon=":material/water_drop:"),
        st.Page("reproductions.py", title="Published results", icon=":material/menu_book:"),
    ],
    position="top",
).run()
