"""The Zoo's charts for every learnable distribution, its presets, and what a viewer gets of them."""

import numpy as np
import pytest

from playground.charts.zoo import CHARTS
from playground.fitting.config import FitConfig
from playground.fitting.presets import PRESETS
from playground.fitting.scene import ellipse
from playground.live.frame import encode, encode_figures
from playground.live.run_source import RunSource
from playground.training.run import Run
from playground.zoo import ZOO
from tests.chart_checks import check_charts, moments


@pytest.mark.parametrize("model", ZOO)
def test_charts_draw_and_feed_every_distribution(model: str) -> None:
    drawn = check_charts(FitConfig.create(model=model, batch=64))
    assert {"density", "fit_quality", "gradients"} <= drawn
    assert ("responsibilities" in drawn) == (ZOO[model].components is not None)


def test_beyond_two_columns_there_are_pairs() -> None:
    assert "pairs" in check_charts(FitConfig.create(model="mixture_mvn_tril", data="blobs_4d", show=[1, 3]))
    assert "pairs" not in check_charts(FitConfig.create(model="mixture_mvn_tril", data="blobs"))


@pytest.mark.parametrize("model", ["mvn_diag", "mixture_von_mises", "gamma_poisson", "dirichlet"])
def test_charts_draw_a_target_of_every_kind(model: str) -> None:
    assert "density" in check_charts(FitConfig.create(model=model, goal="reverse_kl"))


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.key)
def test_presets_start_and_reach_a_viewer(preset) -> None:  # type: ignore[no-untyped-def]
    assert len(preset.story) < 100 and preset.config == FitConfig.from_mapping(preset.config.to_mapping())
    run = Run(preset.config)
    source = RunSource(run, lambda: None)
    run.serve()
    frame = source.frame(None)
    assert frame is not None and len(encode(frame.header, frame.arrays)) < 200_000
    assert encode_figures(source.generation, source.figures())
    assert set(source.exports) == {"csv", "json", "py"}


def test_the_failures_fail_by_their_names() -> None:
    collapse = next(preset for preset in PRESETS if preset.key == "collapse")
    run = Run(collapse.config, float("inf"))
    run.serve()
    run.play()
    for _ in range(3000):
        run.serve()
        if run.snapshot.status == "diverged":
            break
    assert "singular" in run.snapshot.cause and "omponent" in run.snapshot.cause
    run.back()
    run.serve()
    assert (run.snapshot.status, run.snapshot.cause) == ("paused", None)


def test_components_that_start_alike_stay_alike() -> None:
    alike = next(preset for preset in PRESETS if preset.key == "alike")
    _, after = moments(alike.config, steps=100)
    loc = after.values["loc"]
    np.testing.assert_allclose(loc, np.broadcast_to(loc[:1], loc.shape), atol=1e-4)


def test_a_dead_component_is_dead() -> None:
    dead = next(preset for preset in PRESETS if preset.key == "dead")
    run = Run(dead.config, float("inf"))
    run.serve()
    run.play()
    while run.snapshot.step < 2000 and run.snapshot.status != "diverged":
        run.serve()
    assert run.snapshot.components.weights.min() < 1e-3, (run.snapshot.cause, run.snapshot.components.weights)


def test_an_ellipse_is_two_standard_deviations_away() -> None:
    covariance = np.array([[2.0, 0.6], [0.6, 0.5]])
    curve = ellipse(np.array([1.0, -1.0]), covariance) - np.array([[1.0], [-1.0]])
    np.testing.assert_allclose(np.einsum("in,ij,jn->n", curve, np.linalg.inv(covariance), curve), 4.0, rtol=1e-9)


def test_keys_are_the_board_s() -> None:
    assert next(iter(CHARTS.values())).dominant and all(key == chart.key for key, chart in CHARTS.items())
