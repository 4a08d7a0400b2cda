"""The Play page: choose, press play, watch."""

import streamlit as st

from playground.config import Config
from playground.errors import InvalidInput
from playground.export import config_of
from playground.live.board import board
from playground.live.service import service
from playground.ui.controls import controls
from playground.ui.preset_bar import preset_bar
from playground.ui.session import Session
from playground.ui.words import estimator_words

session = Session.current()


def open_file() -> None:
    """Opens the exported run that was just uploaded."""
    file = st.session_state.get("saved_run")
    if file is None:
        return
    try:
        session.replace(Config.from_mapping(config_of(file.getvalue())), session.speed)
    except InvalidInput as error:
        session.warnings.append(str(error))


st.markdown("##### How does a gradient get through a random sample?")
warnings = st.container()
preset_bar(session.choose)
# The board comes before the controls: it has the longest way to go until something moves.
board(session.run_id, service().find, key="board", seed=session.config.seed, on_event=session.hear)
session.let_the_board_go_first()
with st.sidebar:
    config, notes = controls(session.config, session.epoch)
    with st.expander("Open a saved run"):
        st.file_uploader("A JSON export of this playground", type="json", key="saved_run", on_change=open_file)
session.apply(config)
for sentence in [*session.warnings, *notes]:
    warnings.warning(sentence)
session.warnings.clear()
estimator_words(session.config)
session.write_address()
