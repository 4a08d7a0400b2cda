"""Does my gradient flow? The audit of TFP, the flow diagram, and the clinic."""

import streamlit as st

from playground.ui.audit_words import audit_table
from playground.ui.clinic import clinic
from playground.ui.flow_diagram import flow_diagram

st.markdown("##### Does my gradient flow?")
audit_tab, flow_tab, clinic_tab = st.tabs(["Every distribution of TFP", "The way of a gradient", "Clinic"])
with audit_tab:
    audit_table()
with flow_tab:
    flow_diagram()
with clinic_tab:
    clinic()
