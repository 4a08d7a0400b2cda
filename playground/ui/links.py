"""Links from other pages to the Play page."""

from urllib.parse import urlencode

from playground.config import Config
from playground.ui.query_params import DEFAULT_SPEED, to_query


def play_link(config: Config, speed: float = DEFAULT_SPEED) -> str:
    """The address of an experiment in Play, relative to a page beside it, so that it holds behind any prefix."""
    return f"./?{urlencode(to_query(config, speed))}"
