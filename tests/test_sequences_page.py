"""The Sequences page through Streamlit's test harness: controls, files, wirings, address."""

from collections.abc import Callable

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from playground.data.table import read_table
from playground.data.uploads import UPLOADS
from playground.live.service import service
from playground.sequences.config import SequenceConfig
from playground.sequences.presets import PRESETS
from playground.ui.sequences_controls import CODEC, from_query
from tests.page_checks import opener, query, widget

Open = Callable[..., AppTest]
SMALL = {"network": "linear", "points": "400", "kernel": "2"}


@pytest.fixture
def page() -> Open:
    return opener("sequences.py")


def upload(values: np.ndarray, name: str = "mine.csv") -> str:
    text = "level,label\n" + "\n".join(f"{value:.5f},x{index}" for index, value in enumerate(values))
    return UPLOADS.add(read_table(name, text.encode()))


def test_the_page_opens_with_its_wirings_run_live(page: Open) -> None:
    test = page()
    assert query(test)["series"] == "noisy_sine" and query(test)["network"] == "gru" and not test.warning
    assert service().runs.find(query(test)["run"]).config == PRESETS[0].config
    shown = " ".join(markdown.value for markdown in test.markdown)
    for fact in ("NotImplementedError", "AttributeError", "is **None**", "batch (4, 7), event (2,)"):
        assert fact in shown, fact
    assert any("# ✗ Keras 3, Keras 2" in code.value for code in test.code), "the line that fails is marked"


def test_edits_reach_the_address(page: Open) -> None:
    test = page(**SMALL)
    widget(test, "selectbox", "Series").set_value("ar2").run()
    widget(test, "button_group", "Scale").set_value("one for all").run()
    assert not test.exception and not test.warning
    assert (query(test)["series"], query(test)["scale"]) == ("ar2", "shared")
    assert service().runs.find(query(test)["run"]).wanted.scale == "shared"


def test_the_collapsed_wiring_is_explained(page: Open) -> None:
    test = page(wiring="inside", **SMALL)
    assert any("one draw a step" in markdown.value for markdown in test.markdown)


def test_a_learner_s_own_series_is_learnt(page: Open) -> None:
    key = upload(50.0 + np.sin(np.arange(300.0)))
    test = page(series=key, column="level", **{k: v for k, v in SMALL.items() if k != "points"})
    assert not test.warning and not test.error
    assert (query(test)["series"], query(test)["column"]) == (key, "level")
    assert widget(test, "selectbox", "Column").options == ["level"]


@pytest.mark.parametrize(
    ("values", "said"),
    [(np.arange(30.0), "expected at least"), (np.full(300, 2.0), "nothing to forecast")],
)
def test_a_file_that_cannot_be_used_is_a_sentence_and_the_page_goes_on(
    page: Open, values: np.ndarray, said: str
) -> None:
    test = page(series=upload(values), column="level", **{k: v for k, v in SMALL.items() if k != "points"})
    assert not test.exception and said in " ".join(warning.value for warning in test.warning)
    assert query(test)["series"] == "noisy_sine"


def test_an_upload_survives_its_address_and_is_missed_elsewhere() -> None:
    config = SequenceConfig.create(series=upload(np.sin(np.arange(300.0))), column="level")
    assert from_query(CODEC.to_query(config, 60.0)) == (config, 60.0, [])
    found, _, warnings = from_query({"series": "upload-0123456789ab", "column": "level"})
    assert found.series == "noisy_sine" and len(warnings) == 1 and "upload the file again" in warnings[0]
