"""The Zoo page's experiment: a learnable distribution, fitted to data or to a target density."""

from playground.charts.zoo import CHARTS
from playground.experiment import Experiment
from playground.fitting import export
from playground.fitting.config import FitConfig
from playground.fitting.fit_training import FitTraining
from playground.fitting.presets import PRESETS
from playground.fitting.scene import FitScene

EXPERIMENT = Experiment(
    key="zoo",
    config_type=FitConfig,
    train=FitTraining,
    charts=CHARTS,
    scene=FitScene.of,
    exports=export.KINDS,
    file_name=lambda moment: f"{moment.config.model}-seed{moment.config.seed}-step{moment.step}",
    presets=PRESETS,
)
