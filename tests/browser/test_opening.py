"""A page in its first seconds: what it says, that nothing jumps, and that an early click is not lost."""

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route

from tests.browser.board_page import status, up, waits

WATCH = """
  window.places = [];
  const within = root => root.querySelector("[data-preset]")
    ?? [...root.querySelectorAll("*")].reduce((found, it) => found ?? (it.shadowRoot && within(it.shadowRoot)), null);
  (function watch() {
    const preset = within(document);
    const box = preset?.getBoundingClientRect(), place = box && `${Math.round(box.x)}, ${Math.round(box.y)}`;
    if (preset && !window.places.includes(place)) window.places.push(place);
    requestAnimationFrame(watch);
  })();
"""


def test_a_preset_that_is_clicked_as_soon_as_it_is_seen_begins(
    serve: Callable[..., str], open_page: Callable[..., Page]
) -> None:
    page = open_page(serve("app.py") + "vi?target=banana", fresh=True)
    page.locator("[data-preset=few-points]").click()
    waits(page, "new URLSearchParams(location.search).get('target') === 'logistic_regression'")
    waits(page, "new URLSearchParams(location.search).has('run')")


@pytest.mark.parametrize(("query", "width"), [("", 1400), ("", 390), ("?scale=-3&nobody=knows", 1400)])
def test_a_preset_stays_where_it_was_first_seen_while_the_rest_comes(
    serve: Callable[..., str], open_page: Callable[..., Page], query: str, width: int
) -> None:
    page = open_page("about:blank", width=width, fresh=True)
    page.add_init_script(WATCH)
    held: list[str] = []

    def late(route: Route) -> None:
        held.append(route.request.url)
        time.sleep(1)
        route.continue_()

    page.route("**/Html.*.js", late)  # where the style of the frame comes from, if it has not come before
    page.goto(serve("app.py") + query)
    up(page)
    page.locator("[data-testid=stSidebar] [data-testid=stFileUploader]").wait_for(state="attached")  # the last to come
    places = page.evaluate("window.places")
    assert len(places) == 1, places
    assert held, "Streamlit has given that module another name: this test holds nothing back."


def test_what_takes_seconds_to_compile_says_so_until_it_moves(
    serve: Callable[..., str], open_page: Callable[..., Page]
) -> None:
    page = open_page(serve("app.py") + "vi?target=two_modes&approximation=mixture&objectives=monte_carlo_kl")
    status(page, "compiling…")
    waits(page, "window.__playground.lastHeader.step > 0")
    status(page, "running")
