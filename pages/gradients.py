"""Does my gradient flow? The audit of TFP, the flow diagram, and the clinic."""

import streamlit as st

from playground.ui.audit_words import audit_table
from playground.ui.clinic import clinic
from playground.ui.flow_diagram import flow_diagram
from playground.ui.in_address import asked, keep

TABS = {"audit": "Every distribution of TFP", "flow": "The way of a gradient", "clinic": "Clinic"}
SHOWS = {"audit": audit_table, "flow": flow_diagram, "clinic": clinic}

st.markdown("##### Does my gradient flow?")
tabs = st.tabs(list(TABS.values()), default=TABS[asked("tab", TABS) or "audit"], key="tab", on_change="rerun")
for key, tab in zip(TABS, tabs, strict=True):
    with tab:
        SHOWS[key]()
keep("tab", [key for key, tab in zip(TABS, tabs, strict=True) if tab.open])
