"""What all pages that train have in common: presets, the board, the controls, the words, the address."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from playground.errors import InvalidInput
from playground.live.board import board
from playground.live.service import service
from playground.ui.preset_bar import preset_bar
from playground.ui.session import Session


@dataclass(frozen=True)
class Page:
    """One page that trains.

    Attributes:
      key: Its name, by which its session and its widgets are kept.
      headline: The question that it answers.
      presets: Ready-made experiments, each with `key`, `title`, `story`, `config`, `speed` and `failure`.
      picture: A configuration → a small SVG.
      from_query, to_query: The codec of its address.
      controls: (configuration, epoch) → the configuration that the controls stand at, and sentences to show.
      words: Shows the explanations under the board.
      config_of: The configuration inside an exported file. Raises `InvalidInput`.
      above: Shows what stands above the presets, where there is something.
    """

    key: str
    headline: str
    presets: Sequence[Any]
    picture: Callable[[Any], str]
    from_query: Callable[[Mapping[str, str]], tuple[Any, float, list[str]]]
    to_query: Callable[[Any, float], dict[str, str]]
    controls: Callable[[Any, int], tuple[Any, list[str]]]
    words: Callable[[Any, Session], None]
    config_of: Callable[[bytes], Any]
    above: Callable[[Session], None] = lambda session: None


def show(page: Page) -> None:
    """Runs the page's script."""
    session = Session.current(page.key, page.from_query, page.to_query)
    st.markdown(f"##### {page.headline}")
    # Both at once, as far as can be: what comes later pushes the rest aside, under a click that is on its way.
    warnings, controls = st.container(), st.sidebar.container()
    _tell(warnings, session.warnings)
    page.above(session)
    preset_bar(page.key, page.presets, page.picture, session.choose)
    # The board comes before the controls: it has the longest way to go until something moves.
    board(session.run_id, service().find, key=f"{page.key}:board", seed=session.config.seed, on_event=session.hear)
    session.let_the_board_go_first()
    with controls:
        config, notes = page.controls(session.config, session.epoch)
        _open_file(page, session)
    session.apply(config)
    _tell(warnings, notes)
    session.warnings.clear()
    page.words(session.config, session)
    session.write_address()


def _tell(place: DeltaGenerator, sentences: Sequence[str]) -> None:
    if sentences:  # in one box: a mangled address must not push the board out of sight
        place.warning("  \n".join(sentences))


def _open_file(page: Page, session: Session) -> None:
    """A place to drop the JSON export of a run, which opens again."""
    key = f"{page.key}:saved_run"

    def opened() -> None:
        file = st.session_state.get(key)
        if file is None:
            return
        try:
            session.replace(page.config_of(file.getvalue()), session.speed)
        except InvalidInput as error:
            session.warnings.append(str(error))

    with st.expander("Open a saved run"):
        st.file_uploader("A JSON export of this page", type="json", key=key, on_change=opened)
