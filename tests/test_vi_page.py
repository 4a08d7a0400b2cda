"""The page on variational inference through Streamlit's test harness."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from playground.live.service import service
from playground.objectives import OBJECTIVES
from tests.page_checks import opener, query, widget

Open = Callable[..., AppTest]


@pytest.fixture
def page() -> Open:
    return opener("vi.py")


def box(test: AppTest, objective: str) -> Any:
    (found,) = [widget for widget in test.checkbox if widget.key.endswith(f":objective:{objective}")]
    return found


def test_the_page_opens_on_the_smallest_example(page: Open) -> None:
    test = page()
    assert query(test)["target"] == "prior_and_square" and not test.warning
    assert box(test, "analytic_kl").value and box(test, "sticking_the_landing").value
    shown = " ".join(markdown.value for markdown in test.markdown)
    assert "[None, None]" in shown, "why a gradient is None is shown as it happens"
    assert service().runs.find(query(test)["run"]).config.target == "prior_and_square"


def test_what_cannot_run_is_greyed_with_its_reason(page: Open) -> None:
    test = page(target="banana", objectives="monte_carlo_kl", samples="1")
    for key in ("analytic_kl", "vimco", "score_function_loo"):
        assert box(test, key).disabled and box(test, key).help.endswith(".")
    assert not box(test, "sticking_the_landing").disabled


def test_another_target_sets_aside_what_cannot_run_and_says_so(page: Open) -> None:
    test = page()
    widget(test, "selectbox", "Target").set_value("two_modes").run()
    assert not test.exception
    assert query(test)["target"] == "two_modes" and "analytic_kl" not in query(test)["objectives"]
    assert any("set aside" in warning.value for warning in test.warning)


def test_an_edit_reaches_the_address(page: Open) -> None:
    test = page()
    widget(test, "number_input", "Learning rate").set_value(0.05).run()
    assert query(test)["learning_rate"] == "0.05" and not test.warning


def test_the_last_objective_stays(page: Open) -> None:
    test = page(objectives="dreg", samples="4")
    assert box(test, "dreg").disabled and box(test, "dreg").value


def test_all_objectives_are_measured_beside_sticking_the_landing(page: Open) -> None:
    test = page(samples="2")
    run = service().runs.find(query(test)["run"])
    deadline = time.monotonic() + 60
    while run.snapshot is None and time.monotonic() < deadline:
        time.sleep(0.05)
    (button,) = [button for button in test.button if button.label.startswith("Measure")]
    button.click().run()
    assert not test.exception
    table = test.dataframe[0].value
    assert len(table) == len(OBJECTIVES) and (table["times that of sticking the landing"] > 0).all()


def test_a_regression_shows_its_points_and_keeps_them_in_the_address(page: Open) -> None:
    test = page(target="logistic_regression", approximation="full", points="-1_0_0__1_0.5_1")
    assert query(test)["points"] == "-1_0_0__1_0.5_1" and not test.warning
    assert service().runs.find(query(test)["run"]).config.points == ((-1.0, 0.0, 0), (1.0, 0.5, 1))
    widget(test, "number_input", "Learning rate").set_value(0.05).run()
    assert query(test)["points"] == "-1_0_0__1_0.5_1"
    widget(test, "selectbox", "Target").set_value("banana").run()
    assert not test.exception and "points" not in query(test)


def test_another_target_becomes_a_regression_with_points_to_begin_with(page: Open) -> None:
    test = page(target="banana", approximation="flow")
    widget(test, "selectbox", "Target").set_value("logistic_regression").run()
    assert not test.exception and query(test)["approximation"] == "diagonal"
    assert query(test)["points"].count("__") == 23
    assert any("Flow" in warning.value or "flow" in warning.value for warning in test.warning)


def test_a_bad_point_in_the_address_is_named(page: Open) -> None:
    test = page(target="logistic_regression", points="0_0_1__7_0_0")
    assert any("Point 2" in warning.value for warning in test.warning) and query(test)["points"].count("__") == 23
