"""The page on variational inference: objectives race to bring q to p."""

from playground.experiments.vi import EXPERIMENT
from playground.export import config_of
from playground.inference.config import InferenceConfig
from playground.inference.export import FORMAT
from playground.ui.clouds import target_picture
from playground.ui.page import Page, show
from playground.ui.vi_controls import CODEC, vi_controls
from playground.ui.vi_words import vi_words

show(
    Page(
        key="vi",
        headline="How does one density learn to be another?",
        presets=EXPERIMENT.presets,
        picture=target_picture,
        from_query=CODEC.from_query,
        to_query=CODEC.to_query,
        controls=vi_controls,
        words=vi_words,
        config_of=lambda content: InferenceConfig.from_mapping(config_of(content, FORMAT)),
    )
)
