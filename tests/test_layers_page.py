"""The Layers page through Streamlit's test harness: controls, weights, address."""

import time
from collections.abc import Callable

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from playground.layers.config import LayersConfig
from playground.layers.presets import PRESETS
from playground.layers.weights import SHELF, Weights
from playground.live.service import service
from playground.ui import layers_controls
from playground.ui.layers_picture import layers_picture
from playground.ui.query_params import DEFAULT_SPEED
from tests.page_checks import opener, query, widget

Open = Callable[..., AppTest]


@pytest.fixture
def page() -> Open:
    return opener("layers.py")


def test_the_page_tells_its_story_and_shows_which_gradients_are_none(page: Open) -> None:
    test = page()
    assert (query(test)["model"], query(test)["way"]) == ("mixture_free", "default") and not test.warning
    run = service().runs.find(query(test)["run"])
    deadline = time.monotonic() + 60
    while (run.snapshot is None or run.snapshot.probed < 0) and time.monotonic() < deadline:
        time.sleep(0.05)
    test.run()
    (table,) = test.dataframe
    flows = dict(zip(table.value["parameter or variable"], table.value["gradient"], strict=True))
    assert flows["logits[0]"] == "✗ None" and flows["loc[0]"] == "✓ a value"
    assert any("def build" in code.value for code in test.code)
    assert any("Trainable params: 9" in code.value for code in test.code)


def test_another_model_brings_its_ways_and_its_learning_rate(page: Open) -> None:
    test = page()
    widget(test, "selectbox", "Model").set_value("vae").run()
    assert not test.exception and not test.error
    assert (query(test)["model"], query(test)["way"], query(test)["learning_rate"]) == ("vae", "exact_kl", "0.005")
    widget(test, "selectbox", "Way").set_value("regularizer").run()
    assert query(test)["way"] == "regularizer" and query(test)["samples"] == "0"


def test_loaded_weights_stay_in_the_address_until_fresh_ones_are_asked_for(page: Open) -> None:
    config = LayersConfig.create("free_normal")
    values = {"two_numbers/constant": np.array([1.0, 2.0], np.float32)}
    key = SHELF.add(Weights("free_normal", "inside", values))
    test = page(model="free_normal", weights=key)
    assert query(test)["weights"] == key and not test.warning
    widget(test, "button", "Fresh weights").click().run()
    assert "weights" not in {name for name, value in query(test).items() if value}
    assert query(test)["model"] == config.model


def test_weights_that_are_not_here_are_named_and_left_out() -> None:
    config, _, warnings = layers_controls.from_query({"model": "free_normal", "weights": "weights-000000000000"})
    assert config == LayersConfig.create("free_normal") and "load their file again" in warnings[0]


def test_a_bad_address_is_named_and_replaced() -> None:
    config, speed, warnings = layers_controls.from_query({"model": "vae", "way": "mse", "colour": "red"})
    assert config == LayersConfig.create("vae") and speed == DEFAULT_SPEED
    assert len(warnings) == 2 and "`way`" in " ".join(warnings) and "`colour`" in " ".join(warnings)


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.key)
def test_a_preset_has_a_picture(preset) -> None:  # type: ignore[no-untyped-def]
    picture = layers_picture(preset.config)
    assert picture.startswith("<svg") and "nan" not in picture and len(picture) < 8000
