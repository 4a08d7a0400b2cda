"""The charts of the Sequences page for every network, its presets, and what a viewer gets of them."""

import json

import numpy as np
import pytest

from playground.charts.sequences import CHARTS
from playground.export import config_of
from playground.live.frame import encode, encode_figures
from playground.live.run_source import RunSource
from playground.sequences import export
from playground.sequences.config import SequenceConfig
from playground.sequences.networks import NETWORKS
from playground.sequences.presets import PRESETS
from playground.sequences.thumbnail import series_picture
from playground.training.run import Run
from tests.chart_checks import check_charts, moments

SMALL = {"points": 400, "units": 4, "window": 10, "batch": 8, "kernel": 2}


@pytest.mark.parametrize("network", NETWORKS)
def test_charts_draw_and_feed_every_network(network: str) -> None:
    assert check_charts(SequenceConfig.create(network=network, **SMALL)) == set(CHARTS)


@pytest.mark.parametrize("field", [{"wiring": "inside"}, {"scale": "fixed"}, {"scale": "shared", "series": "ar2"}])
def test_charts_draw_every_kind_of_scale(field: dict[str, str]) -> None:
    assert check_charts(SequenceConfig.create(network="linear", **SMALL, **field)) == set(CHARTS)


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.key)
def test_presets_are_what_they_say(preset) -> None:  # type: ignore[no-untyped-def]
    assert len(preset.story) < 110 and preset.config == SequenceConfig.from_mapping(preset.config.to_mapping())
    assert series_picture(preset.config).startswith("<svg")


def test_a_viewer_gets_figures_and_frames() -> None:
    run = Run(SequenceConfig.create(network="linear", **SMALL))
    source = RunSource(run, lambda: None)
    run.serve()
    frame = source.frame(None)
    assert frame is not None and len(encode(frame.header, frame.arrays)) < 200_000
    assert encode_figures(source.generation, source.figures())
    assert set(source.exports) == {"csv", "json"}
    assert source.export("csv").filename.startswith("sequence-linear-seed0-step0")


def test_exports_open_again_and_hold_the_forecasts() -> None:
    config = SequenceConfig.create(network="linear", **SMALL)
    _, moment = moments(config, steps=11)
    content = export.to_json(moment)
    assert SequenceConfig.from_mapping(config_of(content.encode(), export.FORMAT)) == config
    plain = json.loads(content)
    assert [row["step"] for row in plain["history"]] == [0, 10]
    assert sum(row["held_out"] for row in plain["forecasts"]) == moment.held_out == 100
    last = plain["forecasts"][-1]
    assert last["low_90"] < last["low_50"] < last["loc"] < last["high_50"] < last["high_90"]
    assert export.to_csv(moment).splitlines()[0].startswith("step,loss,norm[Dense]")


def test_bands_hold_the_shares_that_they_are_named_by() -> None:
    _, moment = moments(SequenceConfig.create(network="linear", **SMALL), steps=1)
    low, high = moment.band(50)
    inside = (moment.values >= low) & (moment.values <= high)
    assert np.mean(inside[-moment.held_out :]) == moment.coverage(held_out=True)[9]
