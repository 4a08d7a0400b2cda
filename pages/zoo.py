"""The Zoo page: learnable distributions, trained in front of the learner."""

from playground.experiments.zoo import EXPERIMENT
from playground.export import config_of
from playground.fitting.config import FitConfig
from playground.fitting.export import FORMAT
from playground.ui.clouds import fit_picture
from playground.ui.page import Page, show
from playground.ui.zoo_controls import CODEC, from_query, zoo_controls
from playground.ui.zoo_words import zoo_words

show(
    Page(
        key="zoo",
        headline="How does a distribution learn? Twelve that do, in front of you.",
        presets=EXPERIMENT.presets,
        picture=fit_picture,
        from_query=from_query,
        to_query=CODEC.to_query,
        controls=zoo_controls,
        words=zoo_words,
        config_of=lambda content: FitConfig.from_mapping(config_of(content, FORMAT)),
    )
)
