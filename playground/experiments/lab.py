"""The Variance lab's experiment: sweeps and atlases, worked off task by task."""

from playground.charts.lab import CHARTS
from playground.experiment import Experiment
from playground.lab import export
from playground.lab.config import LabConfig
from playground.lab.presets import PRESETS
from playground.lab.scene import LabScene
from playground.lab.training import LabTraining

EXPERIMENT = Experiment(
    key="lab",
    config_type=LabConfig,
    train=LabTraining,
    charts=CHARTS,
    scene=LabScene.of,
    exports=export.KINDS,
    file_name=lambda moment: f"{moment.config.view}-{moment.config.family}-seed{moment.config.seed}-{moment.step}",
    presets=PRESETS,
)
