"""The charts of variational inference for every target, approximation and objective, and its presets."""

import pytest

from playground.approximations import APPROXIMATIONS
from playground.errors import InvalidInput
from playground.export import config_of
from playground.inference.config import InferenceConfig, inferable
from playground.inference.export import FORMAT
from playground.inference.presets import PRESETS
from playground.live.frame import encode, encode_figures
from playground.live.run_source import RunSource
from playground.objectives import OBJECTIVES
from playground.training.run import Run
from tests.chart_checks import check_charts


def legal(target: str, approximation: str) -> list[str]:
    """The objectives that can run there."""
    found = []
    for key in OBJECTIVES:
        try:
            InferenceConfig.create(target=target, approximation=approximation, objectives=[key], samples=2)
        except InvalidInput:
            continue
        found.append(key)
    return found


@pytest.mark.parametrize("approximation", APPROXIMATIONS)
def test_charts_draw_and_feed_every_approximation(approximation: str) -> None:
    target = "banana" if "banana" in inferable() else next(iter(inferable()))
    keys = legal(target, approximation)[-4:]
    config = InferenceConfig.create(
        target=target, approximation=approximation, objectives=keys, samples=2, replicates=4, components=2
    )
    assert check_charts(config) >= {"density", "elbo", "gap", "variance", "gradient"}


def test_charts_draw_a_line_where_there_is_one_number() -> None:
    keys = legal("prior_and_square", "diagonal")[:4]
    assert "density" in check_charts(InferenceConfig.create(objectives=keys, samples=2, replicates=4))


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.key)
def test_presets_start_and_reach_a_viewer(preset) -> None:  # type: ignore[no-untyped-def]
    assert len(preset.story) < 100 and preset.config == InferenceConfig.from_mapping(preset.config.to_mapping())
    run = Run(preset.config)
    source = RunSource(run, lambda: None)
    run.serve()
    frame = source.frame(None)
    assert frame is not None and len(encode(frame.header, frame.arrays)) < 200_000
    assert encode_figures(source.generation, source.figures())


def test_an_exported_run_opens_again() -> None:
    run = Run(PRESETS[0].config)
    run.serve()
    run.step()
    run.serve()
    source = RunSource(run, lambda: None)
    inside = config_of(source.export("json").content, FORMAT)
    assert InferenceConfig.from_mapping(inside) == PRESETS[0].config
    lines = source.export("csv").content.decode().splitlines()
    assert len(lines) == 1 + len(PRESETS[0].config.objectives) and lines[0].startswith("step,objective,")
