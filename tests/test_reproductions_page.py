"""The page "Published results" through Streamlit's test harness."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from playground.config import Config
from playground.reproduction import shipped
from playground.reproductions import REPRODUCTIONS
from playground.ui import reproductions as page_module
from playground.ui.links import play_link
from tests.page_checks import opener, query, widget
from tests.test_reproductions import toy

Open = Callable[..., AppTest]


@pytest.fixture
def page() -> Open:
    return opener("reproductions.py")


def words(test: AppTest) -> str:
    blocks = (block.value for kind in ("markdown", "caption", "info", "warning") for block in getattr(test, kind))
    return " ".join(blocks).replace("\\", "")


def links(test: AppTest) -> list[str]:
    return [element.proto.url for element in test.get("link_button")]


def test_it_shows_what_was_computed_and_what_does_not_come_out(page: Open) -> None:
    test = page(name="rebar-relax-toy")
    reproduction = REPRODUCTIONS["rebar-relax-toy"]
    result, about = shipped.result(reproduction), shipped.summary("rebar-relax-toy")
    assert result is not None and about is not None
    said = words(test)
    assert reproduction.claim in said and reproduction.source in said
    assert len(result.differences) == 3
    assert all(sentence.replace(" -", " −") in said for sentence in result.differences)
    assert "One seed; an edge of the published size is not seen, and none is asserted." in said
    assert f"Computed on {about['date']} with" in said and about["versions"]["numpy"] in said
    table = test.dataframe[0].value
    assert list(table["what"]) == [check.what for check in result.checks]
    assert set(table["holds"]) == {"yes"} and table["measured"].iloc[0].startswith("−4.13")
    assert "python -m playground reproduce rebar-relax-toy" in test.code[0].value
    assert len(test.get("plotly_chart")) == len(result.panels) == 4
    assert links(test) == [play_link(Config.from_mapping(dict(panel.play or {}))) for panel in result.panels]
    assert len(test.get("download_button")) == 2
    shown = page_module.in_words(result.panels[0])
    assert shown == "t = 0.45: variance: ln Var over step, for REINFORCE, REBAR, RELAX."


def test_the_menu_changes_the_address_and_a_panel_without_play_says_why(page: Open) -> None:
    test = page()
    assert query(test)["name"] == next(iter(REPRODUCTIONS))
    widget(test, "selectbox", "Result").set_value("reinmax-polynomial").run()
    assert not test.exception and query(test)["name"] == "reinmax-polynomial"
    assert links(test) == [] and "Not in Play: Play has one random number, not 128 bits" in words(test)


def test_an_unknown_name_gets_one_sentence(page: Open) -> None:
    test = page(name="rebar-toy")
    (warning,) = [block.value for block in test.warning if "address" in block.value]
    assert "unknown result 'rebar-toy', expected one such as 'rebar-relax-toy'" in warning
    assert query(test)["name"] == "rebar-relax-toy"


def test_what_is_not_computed_says_so_and_runs_quickly(
    page: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[int] = []
    monkeypatch.setitem(page_module.REPRODUCTIONS, "toy", toy(calls=calls))
    monkeypatch.setattr(page_module, "_quick", {})
    test = page(name="toy")
    assert "Not computed yet: run the command below" in words(test) and not test.get("plotly_chart")
    widget(test, "button", "Run the quick version now").click().run()
    assert not test.exception and calls == [0, 1, 2]
    assert "1 of 1 checks hold" in words(test)
    assert list(test.dataframe[0].value["what"]) == ["last"]
    again = page(name="toy")
    assert "1 of 1 checks hold" in words(again) and calls == [0, 1, 2], "seeds are fixed: it is remembered"
