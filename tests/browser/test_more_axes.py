"""Figures that get another row of axes, or lose one, while the page is open."""

from collections.abc import Callable

from playwright.sync_api import Page

from tests.browser.board_page import choose, complaints, still, up, waits


def test_a_parameter_more_or_less_redraws_the_charts_without_a_complaint(
    serve: Callable[..., str], open_page: Callable[..., Page]
) -> None:
    page = open_page(serve("app.py") + "?family=exponential&cost=cosine")
    up(page)
    still(page)
    for family in ("von Mises", "Exponential", "von Mises"):  # at the second time compiled, and so at once
        generation = page.evaluate("window.__playground.generation")
        choose(page, "Family", family)
        waits(page, f"window.__playground.generation > {generation} && window.__playground.lastHeader.step > 5")
    assert complaints(page) == []
