"""The Variance lab's page through Streamlit's test harness: views, controls, address, ways into Play."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from playground.lab.config import LabConfig
from playground.lab.links import play_together
from playground.lab.presets import PRESETS
from playground.live.service import service
from playground.ui.lab_query import CODEC, from_text, to_text
from playground.ui.query_params import DEFAULT_SPEED
from playground.ui.thumbnails import thumbnail
from tests.page_checks import opener, query, widget

Open = Callable[..., AppTest]


@pytest.fixture
def page() -> Open:
    return opener("variance_lab.py")


def finish(test: AppTest) -> None:
    """Waits for the run behind a page, and shows the page again."""
    run = service().runs.find(query(test)["run"])
    assert run is not None
    deadline = time.monotonic() + 90
    while (run.snapshot is None or run.snapshot.status != "finished") and time.monotonic() < deadline:
        time.sleep(0.05)
    test.run()
    assert not test.exception and not test.error


def test_it_opens_with_a_sweep_and_another_view_keeps_the_problem(page: Open) -> None:
    test = page()
    assert (query(test)["view"], query(test)["over"]) == ("sweep", "k") and not test.warning
    (views,) = [group for group in test.button_group if group.label == "View"]
    views.set_value("Cloud of estimates").run()
    assert not test.exception
    assert (query(test)["view"], query(test)["cost"]) == ("cloud", "cosine")


def test_advice_ranks_and_says_why(page: Open) -> None:
    test = page(view="advice", family="poisson", budget="1", replicates="100")
    finish(test)
    (ranking,) = test.dataframe
    assert list(ranking.value["rank"]) == list(range(1, len(ranking.value) + 1))
    assert all(text.endswith(".") for text in ranking.value["why"])
    best = ranking.value["estimator"][0]
    assert any(text.value.startswith(f"Use **{best}** with K = ") for text in test.markdown)


def test_what_cannot_run_says_so_under_the_board(page: Open) -> None:
    test = page(family="poisson", estimators="pathwise,score_function", count="2", replicates="100")
    finish(test)
    assert any(text.value.startswith("**pathwise** cannot run") for text in test.caption)


def test_another_family_brings_its_own_parameters_to_vary(page: Open) -> None:
    test = page(count="2", replicates="100")
    widget(test, "selectbox", "Family").set_value("gamma").run()
    assert not test.exception and not test.error
    assert (query(test)["family"], query(test)["over"]) == ("gamma", "concentration")
    widget(test, "selectbox", "Against").set_value("samples").run()
    assert (query(test)["over"], query(test)["low"], query(test)["scale"]) == ("samples", "2", "log")


def test_a_bad_address_is_named_and_replaced() -> None:
    config, speed, warnings = CODEC.from_query({"family": "gamma", "over": "loc", "params": "rate", "colour": "red"})
    assert config == LabConfig.create(family="gamma") and speed == DEFAULT_SPEED
    said = " ".join(warnings)
    assert len(warnings) == 3 and all(f"`{name}`" in said for name in ("over", "params", "colour"))


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.key)
def test_a_preset_survives_its_address_and_has_a_picture(preset: Any) -> None:
    assert CODEC.from_query(CODEC.to_query(preset.config, preset.speed)) == (preset.config, preset.speed, [])
    assert thumbnail(preset.config.base).startswith("<svg")


def test_every_field_is_in_the_address() -> None:
    assert set(LabConfig.create().to_mapping()) == set(CODEC.fields)
    assert CODEC.from_query({})[0] == PRESETS[0].config
    odd = LabConfig.create(family="categorical", params={"logits": [0.1, -1e-7, 2.0, 1 / 3]}, over="dimension", high=6)
    assert CODEC.from_query(CODEC.to_query(odd, DEFAULT_SPEED))[0] == odd


def test_names_and_numbers_are_written_as_they_are_read() -> None:
    values = {"loc": 0.1 + 0.2, "logits": [1.0, -0.5], "scale": 1e-7}
    assert from_text(to_text(values)) == values and to_text({"loc": 1.0}) == "loc:1"


def test_play_gets_the_first_four_that_can_run() -> None:
    config = LabConfig.create(
        family="poisson",
        estimators=["pathwise", "score_function", "score_function_loo", "measure_valued", "stochastic_triple", "spsa"],
        over="rate",
    )
    address = play_together(config, 2.5)
    assert address is not None and "rate=2.5" in address
    chosen = "score_function%2Cscore_function_loo%2Cmeasure_valued%2Cstochastic_triple"
    assert f"estimators={chosen}&" in address
    assert play_together(LabConfig.create(family="poisson", estimators=["pathwise"])) is None
