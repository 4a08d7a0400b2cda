"""The Sequences page: a distribution for each step of a series, trained in front of the learner."""

from playground.experiments.sequences import EXPERIMENT
from playground.export import config_of
from playground.sequences.config import SequenceConfig
from playground.sequences.export import FORMAT
from playground.sequences.thumbnail import series_picture
from playground.ui.page import Page, show
from playground.ui.sequences_controls import CODEC, from_query, sequences_controls
from playground.ui.sequences_words import sequences_words

show(
    Page(
        key="sequences",
        headline="What comes next, and how sure can one be? A distribution for each step of a series.",
        presets=EXPERIMENT.presets,
        picture=series_picture,
        from_query=from_query,
        to_query=CODEC.to_query,
        controls=sequences_controls,
        words=sequences_words,
        config_of=lambda content: SequenceConfig.from_mapping(config_of(content, FORMAT)),
    )
)
