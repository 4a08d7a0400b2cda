"""A page in its first seconds: what it says, and that a click before it has written its address is not lost."""

from collections.abc import Callable

from playwright.sync_api import Page

from tests.browser.board_page import status, waits


def test_a_preset_that_is_clicked_as_soon_as_it_is_seen_begins(
    serve: Callable[..., str], open_page: Callable[..., Page]
) -> None:
    page = open_page(serve("app.py") + "vi?target=banana")
    page.locator("[data-preset=few-points]").click()
    waits(page, "new URLSearchParams(location.search).get('target') === 'logistic_regression'")
    waits(page, "new URLSearchParams(location.search).has('run')")


def test_what_takes_seconds_to_compile_says_so_until_it_moves(
    serve: Callable[..., str], open_page: Callable[..., Page]
) -> None:
    page = open_page(serve("app.py") + "vi?target=two_modes&approximation=mixture&objectives=monte_carlo_kl")
    status(page, "compiling…")
    waits(page, "window.__playground.lastHeader.step > 0")
    status(page, "running")
