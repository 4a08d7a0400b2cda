"""The Layers page: models of `tf_keras` and `tfp.layers`, and what their gradients do."""

from playground.experiments.layers import EXPERIMENT
from playground.export import config_of
from playground.layers.config import LayersConfig
from playground.layers.export import FORMAT
from playground.ui.layers_controls import CODEC, from_query, layers_controls
from playground.ui.layers_picture import layers_picture
from playground.ui.layers_words import layers_words
from playground.ui.page import Page, show

show(
    Page(
        key="layers",
        headline="Does your layer learn? Every parameter of it?",
        presets=EXPERIMENT.presets,
        picture=layers_picture,
        from_query=from_query,
        to_query=CODEC.to_query,
        controls=layers_controls,
        words=layers_words,
        config_of=lambda content: LayersConfig.from_mapping(config_of(content, FORMAT)),
    )
)
