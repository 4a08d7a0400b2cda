"""The published results in a real browser: a panel is drawn, and opens Play with its settings in a tab of its own."""

from collections.abc import Callable
from urllib.parse import parse_qsl, urlsplit

from playwright.sync_api import Page, expect

from playground.config import Config
from playground.reproductions.arm_disarm_toy import config_of
from playground.ui.query_params import from_query
from tests.browser.board_page import PATIENCE, draw


def test_a_panel_opens_in_play(serve: Callable[..., str], open_page: Callable[..., Page]) -> None:
    page = open_page(f"{serve('app.py')}reproductions?name=arm-disarm-toy")
    expect(page.get_by_text("39 of 39 hold").first).to_be_visible(timeout=PATIENCE)
    page.wait_for_function(
        "document.querySelectorAll('.js-plotly-plot .scatterlayer path').length > 8", timeout=PATIENCE
    )
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Open in Play").first.click()
    play = opened.value
    draw(play, 2)
    config, _, warnings = from_query(dict(parse_qsl(urlsplit(play.url).query)))
    expected = Config.from_mapping(config_of(0.49, "arm").to_mapping() | {"estimators": ["arm", "disarm"]})
    assert (config, warnings) == (expected, [])
    expect(play.locator("[data-testid=stAlert]")).to_have_count(0)
    assert [text for text in page.complaints if "/_stcore/" not in text] == []  # type: ignore[attr-defined]
