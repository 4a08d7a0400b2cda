"""The board over a stub source, served as the real app is: `streamlit run tests/browser/stub_app.py`."""

import os

import streamlit as st
from stub_source import find

from playground.live.routes import routes

MISSING = os.environ.get("PLAYGROUND_NO_ROUTES") == "1"

app = st.App(
    "stub_page.py",
    routes=[] if MISSING else routes(find, st.get_option("server.baseUrlPath")),
)
