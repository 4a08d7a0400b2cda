"""The Play page's experiment: gradient estimators of E[f], racing."""

from playground import export
from playground.chart import Scene
from playground.charts.play import CHARTS
from playground.config import Config
from playground.experiment import Experiment
from playground.presets import PRESETS
from playground.training.gradient_training import GradientTraining

EXPERIMENT = Experiment(
    key="play",
    config_type=Config,
    train=GradientTraining,
    charts=CHARTS,
    scene=Scene.of,
    exports=export.KINDS,
    file_name=lambda snapshot: f"{snapshot.config.family}-seed{snapshot.config.seed}-step{snapshot.step}",
    presets=PRESETS,
)
