"""The addresses of the pages whose configuration is flat: complete, exact, and never a reason to fail."""

import itertools
from typing import Any
from urllib.parse import quote_plus

import pytest

from playground.experiments import EXPERIMENTS
from playground.fitting.config import FitConfig
from playground.inference.config import InferenceConfig
from playground.layers.config import LayersConfig
from playground.sequences.config import SequenceConfig
from playground.ui import layers_controls, sequences_controls, vi_controls, zoo_controls
from playground.ui.flat_query import FlatCodec
from playground.ui.query_params import DEFAULT_SPEED, NOT_OURS

CODECS = {
    "zoo": zoo_controls.CODEC,
    "vi": vi_controls.CODEC,
    "layers": layers_controls.CODEC,
    "sequences": sequences_controls.CODEC,
}
PRESETS = [(page, preset) for page in CODECS for preset in EXPERIMENTS[page].presets]


@pytest.mark.parametrize(("page", "preset"), PRESETS, ids=lambda value: getattr(value, "key", value))
def test_a_preset_survives_its_address(page: str, preset: Any) -> None:
    codec = CODECS[page]
    assert codec.from_query(codec.to_query(preset.config, preset.speed)) == (preset.config, preset.speed, [])


@pytest.mark.parametrize("page", CODECS)
def test_an_empty_address_is_the_first_preset(page: str) -> None:
    config, speed, warnings = CODECS[page].from_query({})
    assert (config, speed, warnings) == (EXPERIMENTS[page].presets[0].config, DEFAULT_SPEED, [])


def test_a_model_alone_chooses_data_that_it_can_take() -> None:
    config, _, warnings = zoo_controls.from_query({"model": "beta_binomial"})
    assert (config.model, config.data, warnings) == ("beta_binomial", FitConfig.create("beta_binomial").data, [])


@pytest.mark.parametrize(
    ("codec", "query", "named"),
    [
        (zoo_controls.CODEC, {"components": "99"}, "components"),
        (zoo_controls.CODEC, {"components": "nan"}, "components"),
        (zoo_controls.CODEC, {"model": "mvn_diag", "data": "directions"}, "data"),
        (zoo_controls.CODEC, {"standardize": "perhaps"}, "standardize"),
        (zoo_controls.CODEC, {"speed": "7"}, "speed"),
        (zoo_controls.CODEC, {"colour": "red"}, "colour"),
        (vi_controls.CODEC, {"objectives": "vimco,nonsense"}, "objectives"),
        (vi_controls.CODEC, {"samples": "1", "objectives": "score_function_loo"}, "samples"),
        (vi_controls.CODEC, {"learning_rate": "-1"}, "learning_rate"),
        (vi_controls.CODEC, {"seed": "9" * 400}, "seed"),
        (vi_controls.CODEC, {"target": "logistic_regression", "points": "1_2"}, "points"),
        (vi_controls.CODEC, {"target": "logistic_regression", "points": "0_0_1__9_0_1"}, "points"),
        (vi_controls.CODEC, {"target": "banana", "points": "0_0_1__1_0_1"}, "points"),
        (layers_controls.CODEC, {"model": "nonsense"}, "model"),
        (layers_controls.CODEC, {"model": "vae", "way": "mse"}, "way"),
        (layers_controls.CODEC, {"units": "2.5"}, "units"),
        (layers_controls.CODEC, {"weights": "mine"}, "weights"),
        (layers_controls.CODEC, {"learning_rate": "inf"}, "learning_rate"),
        (sequences_controls.CODEC, {"series": "nothing"}, "series"),
        (sequences_controls.CODEC, {"network": "transformer"}, "network"),
        (sequences_controls.CODEC, {"scale": "none"}, "scale"),
        (sequences_controls.CODEC, {"network": "convolution", "window": "8"}, "window"),
        (sequences_controls.CODEC, {"batch": "-1"}, "batch"),
    ],
)
def test_what_cannot_be_is_named_and_replaced(codec: FlatCodec, query: dict[str, str], named: str) -> None:
    config, _, warnings = codec.from_query(query)
    assert len(warnings) == 1 and warnings[0].startswith(f"`{named}`") and warnings[0].endswith(".")
    assert "\n" not in warnings[0]
    assert codec.from_query(codec.to_query(config, 60.0)) == (config, 60.0, [])


def test_an_upload_of_elsewhere_is_named() -> None:
    query = {"model": "mvn_diag", "data": "upload-0123456789ab", "columns": "a,b"}
    config, _, warnings = zoo_controls.from_query(query)
    assert config.data == FitConfig.create("mvn_diag").data and "upload the file again" in warnings[0]


def test_every_field_is_in_the_address() -> None:
    zoo, vi = FitConfig.create().to_mapping(), InferenceConfig.create().to_mapping()
    assert set(zoo) - {"event_size"} == set(zoo_controls.CODEC.fields)  # the data or the target say the event size
    assert set(vi) == set(vi_controls.CODEC.fields)
    assert set(LayersConfig.create().to_mapping()) == set(layers_controls.CODEC.fields)
    assert set(SequenceConfig.create().to_mapping()) == set(sequences_controls.CODEC.fields)
    for codec, name in itertools.product(CODECS.values(), [*NOT_OURS, "speed"]):
        assert name not in codec.fields


def test_points_are_a_flat_text_that_an_address_leaves_as_it_is() -> None:
    text = "0.5_-1.2_1__-3_0_0__2.25_3_1"
    config, _, warnings = vi_controls.CODEC.from_query({"target": "logistic_regression", "points": text})
    assert (config.points, warnings) == (((0.5, -1.2, 1), (-3.0, 0.0, 0), (2.25, 3.0, 1)), [])
    assert vi_controls.CODEC.to_query(config, 60.0)["points"] == text == quote_plus(text)
    assert "points" not in vi_controls.CODEC.to_query(InferenceConfig.create(), 60.0)
