"""The experiment of the page on variational inference: objectives that race from one q."""

from playground.charts.vi import CHARTS
from playground.experiment import Experiment
from playground.inference import export
from playground.inference.config import InferenceConfig
from playground.inference.presets import PRESETS
from playground.inference.scene import InferenceScene
from playground.inference.training import InferenceTraining

EXPERIMENT = Experiment(
    key="vi",
    config_type=InferenceConfig,
    train=InferenceTraining,
    charts=CHARTS,
    scene=InferenceScene.of,
    exports=export.KINDS,
    file_name=lambda moment: f"{moment.config.target}-seed{moment.config.seed}-step{moment.step}",
    presets=PRESETS,
)
