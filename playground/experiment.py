"""A kind of experiment: how it is trained, drawn and taken home. Runs, the board and pages serve all kinds alike."""

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from playground.chart import Chart
from playground.export import Export
from playground.training.training import Training


@dataclass(frozen=True)
class Experiment:
    """One kind of experiment, of one page.

    Attributes:
      key: A stable name, that of its page.
      config_type: The type of its configurations. No two kinds share one.
      train: Makes a `Training`.
      charts: In the order of the board.
      scene: The first moment of a generation → what its charts draw; they and their captions get it back.
      exports: By the ending of their names.
      file_name: A moment → what its files are called, without the ending.
      presets: Ready-made ones, each with `key`, `title`, `story`, `config`, `speed` and `failure`. The first is what a
        page opens with.
    """

    key: str
    config_type: type
    train: Callable[[], Training]
    charts: Mapping[str, Chart]
    scene: Callable[[Any], Any]
    exports: Mapping[str, Export]
    file_name: Callable[[Any], str]
    presets: Sequence[Any]


def experiment_of(config: Any) -> Experiment:
    """The kind of experiment that a configuration belongs to."""
    # Imported late: the kinds import all that there is, and this module is imported by some of it.
    experiments = importlib.import_module("playground.experiments").EXPERIMENTS
    return next(e for e in experiments.values() if e.config_type is type(config))
