"""The Layers page's experiment: a model of `tf_keras` and `tfp.layers`, trained step by step."""

from playground.charts.layers import CHARTS
from playground.experiment import Experiment
from playground.layers import export
from playground.layers.config import LayersConfig
from playground.layers.presets import PRESETS
from playground.layers.scene import LayersScene
from playground.layers.training import LayersTraining

EXPERIMENT = Experiment(
    key="layers",
    config_type=LayersConfig,
    train=LayersTraining,
    charts=CHARTS,
    scene=LayersScene,
    exports=export.KINDS,
    file_name=lambda moment: f"{moment.config.model}-{moment.config.way}-seed{moment.config.seed}-step{moment.step}",
    presets=PRESETS,
)
