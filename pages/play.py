"""The Play page: choose, press play, watch."""

from playground.config import Config
from playground.experiments.play import EXPERIMENT
from playground.export import config_of
from playground.ui.controls import controls
from playground.ui.page import Page, show
from playground.ui.query_params import from_query, to_query
from playground.ui.thumbnails import thumbnail
from playground.ui.words import estimator_words

show(
    Page(
        key="play",
        headline="How does a gradient get through a random sample?",
        presets=EXPERIMENT.presets,
        picture=thumbnail,
        from_query=from_query,
        to_query=to_query,
        controls=controls,
        words=lambda config, session: estimator_words(config),
        config_of=lambda content: Config.from_mapping(config_of(content)),
    )
)
