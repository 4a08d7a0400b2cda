"""The experiment of the page on variational inference: objectives that race from one q."""

from playground.charts.vi import CHARTS
from playground.experiment import Experiment
from playground.export import Export
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
    exports={
        "csv": Export("History as CSV", "text/csv; charset=utf-8", export.to_csv),
        "json": Export("Run as JSON", "application/json", export.to_json),
    },
    file_name=lambda moment: f"{moment.config.target}-seed{moment.config.seed}-step{moment.step}",
    presets=PRESETS,
)
