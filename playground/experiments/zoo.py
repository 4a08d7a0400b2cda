"""The Zoo page's experiment: a learnable distribution, fitted to data or to a target density."""

from playground.charts.zoo import CHARTS
from playground.experiment import Experiment
from playground.export import Export
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
    exports={
        "csv": Export("History as CSV", "text/csv; charset=utf-8", export.to_csv),
        "json": Export("Fit as JSON", "application/json", export.to_json),
        "py": Export("Model as Python", "text/x-python; charset=utf-8", export.to_script),
    },
    file_name=lambda moment: f"{moment.config.model}-seed{moment.config.seed}-step{moment.step}",
    presets=PRESETS,
)
