"""The Sequences page's experiment: one distribution a time step, learnt from windows of a series."""

from playground.charts.sequences import CHARTS
from playground.experiment import Experiment
from playground.sequences import export
from playground.sequences.config import SequenceConfig
from playground.sequences.moment import SequenceScene
from playground.sequences.presets import PRESETS
from playground.sequences.training import SequenceTraining

EXPERIMENT = Experiment(
    key="sequences",
    config_type=SequenceConfig,
    train=SequenceTraining,
    charts=CHARTS,
    scene=SequenceScene,
    exports=export.KINDS,
    file_name=lambda moment: f"sequence-{moment.config.network}-seed{moment.config.seed}-step{moment.step}",
    presets=PRESETS,
)
