"""The Zoo page through Streamlit's test harness: controls, data, files, address."""

import io
import time
from collections.abc import Callable

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from playground.data.table import read_table
from playground.data.uploads import UPLOADS
from playground.fitting.fit_training import FitTraining
from playground.live.service import service
from tests.page_checks import opener, query, widget

Open = Callable[..., AppTest]


@pytest.fixture
def page() -> Open:
    return opener("zoo.py")


def csv(columns: str, rows: np.ndarray) -> bytes:
    text = io.StringIO()
    np.savetxt(text, rows, delimiter=",", header=columns, comments="")
    return text.getvalue().encode()


def test_the_page_tells_its_story_and_writes_its_address(page: Open) -> None:
    test = page()
    assert query(test)["model"] == "mixture_mvn_tril" and query(test)["data"] == "blobs" and not test.warning
    assert service().runs.find(query(test)["run"]).config.model == "mixture_mvn_tril"
    assert any("class" in code.value or "def build" in code.value for code in test.code)


def test_another_kind_of_distribution_takes_data_of_its_own(page: Open) -> None:
    test = page()
    widget(test, "selectbox", "Distribution").set_value("mixture_von_mises").run()
    assert not test.exception and not test.error
    assert (query(test)["model"], query(test)["data"]) == ("mixture_von_mises", "directions")
    assert "blobs" not in widget(test, "selectbox", "Data").options


def test_a_density_instead_of_data(page: Open) -> None:
    test = page()
    widget(test, "button_group", "Goal").set_value("match a density").run()
    assert not test.exception
    assert query(test)["goal"] == "reverse_kl" and "target" in query(test)


def test_a_learner_s_own_file_is_fitted_and_named(page: Open) -> None:
    rows = np.random.default_rng(0).normal(size=(60, 2)) * [3.0, 0.2] + [10.0, -5.0]
    key = UPLOADS.add(read_table("mine.csv", csv("height,weight", rows)))
    test = page(model="mvn_diag", data=key, columns="height,weight", standardize="true")
    assert not test.warning and not test.error
    assert (query(test)["data"], query(test)["columns"]) == (key, "height,weight")
    run = service().runs.find(query(test)["run"])
    deadline = time.monotonic() + 60
    while run.snapshot is None and time.monotonic() < deadline:
        time.sleep(0.05)
    assert run.snapshot.sample.columns == ("height", "weight")
    np.testing.assert_allclose(run.snapshot.sample.center, [10.0, -5.0], atol=2.0)


def test_data_that_a_model_cannot_take_are_refused_and_the_run_goes_on(page: Open) -> None:
    """Angles want one column; the upload has heights in centimetres far beyond any angle."""
    rows = np.random.default_rng(0).normal(size=(60, 1)) + 5000.0
    key = UPLOADS.add(read_table("far.csv", csv("height", rows)))
    test = page(model="mixture_von_mises", data=key, columns="height")
    texts = " ".join(warning.value for warning in test.warning)
    assert not test.exception and "height" in texts
    assert service().runs.find(query(test)["run"]) is not None


def test_a_bad_address_is_named_and_replaced(page: Open) -> None:
    test = page(components="99", colour="red")
    texts = " ".join(warning.value for warning in test.warning)
    assert "`components`" in texts and "`colour`" in texts and query(test)["components"] == "3"


def test_the_run_of_another_page_is_not_taken_over(page: Open) -> None:
    vi = opener("vi.py")()
    test = page(run=query(vi)["run"])
    assert query(test)["run"] != query(vi)["run"]
    assert isinstance(service().runs.find(query(test)["run"])._training, FitTraining)
