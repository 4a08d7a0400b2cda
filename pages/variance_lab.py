"""The Variance lab: sweeps, the atlas, clouds of estimates, and which estimator to use."""

from playground.experiments.lab import EXPERIMENT
from playground.export import config_of
from playground.lab.config import LabConfig
from playground.lab.export import FORMAT
from playground.ui.lab_controls import lab_controls, lab_top
from playground.ui.lab_query import CODEC
from playground.ui.lab_words import lab_words
from playground.ui.page import Page, show
from playground.ui.thumbnails import thumbnail

show(
    Page(
        key="lab",
        headline="Which estimator, where? Variance, bias and what they cost, measured.",
        presets=EXPERIMENT.presets,
        picture=lambda config: thumbnail(config.base),
        from_query=CODEC.from_query,
        to_query=CODEC.to_query,
        controls=lab_controls,
        words=lab_words,
        config_of=lambda content: LabConfig.from_mapping(config_of(content, FORMAT)),
        above=lab_top,
    )
)
