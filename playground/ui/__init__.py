"""What pages are put together from. Streamlit may be imported here."""
