"""The charts of variational inference for every target, approximation and objective, and its presets."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from playground.approximations import APPROXIMATIONS
from playground.chart import lane_of
from playground.charts.vi import CHARTS
from playground.charts.vi.predictive import _lines
from playground.errors import InvalidInput
from playground.export import config_of
from playground.inference.config import InferenceConfig, inferable
from playground.inference.export import FORMAT
from playground.inference.presets import PRESETS
from playground.inference.scene import InferenceScene
from playground.live.frame import encode, encode_figures
from playground.live.run_source import RunSource
from playground.objectives import OBJECTIVES
from playground.training.history import View
from playground.training.run import Run
from tests.chart_checks import check_charts, moments

FULL = "diagonal"
"""Where four objectives race, and elsewhere two: lanes are drawn alike, and each is a second of compiling."""


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
    keys = legal(target, approximation)[-4 if approximation == FULL else -2 :]
    config = InferenceConfig.create(
        target=target, approximation=approximation, objectives=keys, samples=2, replicates=4, components=2
    )
    assert check_charts(config) >= {"density", "elbo", "gap", "variance", "gradient"}


def test_charts_draw_a_line_where_there_is_one_number() -> None:
    keys = legal("prior_and_square", "diagonal")[:4]
    assert "density" in check_charts(InferenceConfig.create(objectives=keys, samples=2, replicates=4))


def test_a_gap_that_is_not_drawn_is_not_given_as_a_number() -> None:
    scene = SimpleNamespace(lanes=[lane_of(i, key, OBJECTIVES) for i, key in enumerate(list(OBJECTIVES)[:2])])
    columns = {"elbo": np.array([[-1.5, -1.0 - 1e-8]]), "log_evidence": np.array([-1.0])}
    moment: Any = SimpleNamespace(log_evidence=-1.0, history=View(0, 1, np.arange(1), columns))
    words = CHARTS["gap"].caption(scene, moment)
    drawn, hidden = (lane.label for lane in scene.lanes)
    assert f"{drawn} 0.5," in words and f"{hidden} less than 10⁻⁶, which is not drawn." in words


@pytest.mark.parametrize("approximation", ["diagonal", "full", "mixture"])
def test_charts_draw_what_a_regression_predicts(approximation: str) -> None:
    keys = legal("logistic_regression", approximation)[: 4 if approximation == FULL else 2]
    config = InferenceConfig.create(
        target="logistic_regression", approximation=approximation, objectives=keys, samples=2, replicates=4
    )
    assert check_charts(config) == {"predictive", "elbo", "gap", "variance", "gradient"}


def test_moved_points_and_their_evidence_are_drawn_in_the_figure_that_is_there() -> None:
    config = InferenceConfig.create(target="logistic_regression", points=[[-1, 0, 0], [1, 0, 1]])
    before, after = moments(config)
    moved = replace(after, config=replace(config, points=((-1.0, 2.0, 0), (1.0, 0.5, 1), (2.0, 0.5, 1))))
    drawing = CHARTS["predictive"].draw(InferenceScene.of(before))
    drawn = {(drawing.figure.data[feed.trace].name, feed.attribute): feed.read(moved) for feed in drawing.feeds}
    np.testing.assert_array_equal(drawn["class 0", "y"], [2.0])
    np.testing.assert_array_equal(drawn["class 1", "x"], [1.0, 2.0])


def test_lines_end_at_the_square() -> None:
    """x = 1; x + y = 0; one that misses the square; and one through no place at all."""
    x, y = _lines(np.array([[-1.0, 1.0, 0.0], [0.0, 1.0, 1.0], [-9.0, 1.0, 1.0], [1.0, 0.0, 0.0]]))
    ends = np.stack([x, y], axis=1).reshape(4, 3, 2)
    np.testing.assert_allclose(np.sort(ends[0, :2], axis=0), [[1.0, -3.0], [1.0, 3.0]])
    np.testing.assert_allclose(ends[1, :2].sum(axis=1), 0.0, atol=1e-12)
    assert set(np.abs(ends[1, :2]).ravel().round(12)) == {3.0}
    assert np.all(np.isnan(ends[2:])) and np.all(np.isnan(ends[:, 2]))


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
