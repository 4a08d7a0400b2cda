"""Layers and Sequences in a real browser: they move, a choice changes what flows, a bad address is a sentence."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.board_page import choose, complaints, draw, plot, status, step, waits

Visit = Callable[..., Page]


def total(chart: str, trace: str) -> str:
    """JavaScript: the sum of the heights of a trace."""
    return f"{plot(chart)}.data.find(t => t.name === '{trace}').y.reduce((a, b) => a + b, 0)"


def keeps_moving(page: Page, chart: str, trace: str) -> None:
    """Pause and play, and both the step and the picture go on."""
    page.get_by_role("button", name="Pause (space)").click()
    status(page, "paused")
    before, reached = page.evaluate(total(chart, trace)), step(page)
    page.get_by_role("button", name="Play (space)").click()
    waits(page, f"window.__playground.lastHeader.step > {reached + 20}")
    waits(page, f"{total(chart, trace)} !== {before}")


def test_layers_move_and_drawn_off_the_tape_they_get_none(visit: Visit) -> None:
    page = visit("layers", "?model=free_normal&samples=9999")
    expect(page.locator("[data-testid=stAlert]")).to_contain_text("must be between 2 and 256, got 9999.")
    waits(page, "window.__playground.lastHeader.step > 10")
    keeps_moving(page, "density", "density")
    draw(page, 4)
    assert set(page.evaluate("window.__playground.draws")) == {"density", "loss", "means", "variance"}
    expect(page.locator("[data-testid=stGraphVizChart] svg")).to_be_visible()
    choose(page, "Way to train it", "drawn off the tape")
    waits(page, "new URLSearchParams(location.search).get('way') === 'outside'")
    expect(page.locator("section[data-chart=means]")).to_contain_text("The tape answers None for loc, scale")
    assert complaints(page) == []


def test_sequences_move_and_inside_the_wrapper_there_is_no_distribution(visit: Visit) -> None:
    page = visit("sequences", "?series=ar2&network=linear&kernel=2&batch=0")
    expect(page.locator("[data-testid=stAlert]")).to_contain_text("must be between 1 and 256, got 0.")
    waits(page, "window.__playground.lastHeader.step > 10")
    keeps_moving(page, "forecast", "forecast mean")
    draw(page, 5)
    charts = {"forecast", "futures", "likelihood", "calibration", "gradients"}
    assert set(page.evaluate("window.__playground.draws")) == charts
    expect(page.get_by_text("batch and time are batch axes", exact=True)).to_be_visible()
    page.get_by_role("radio", name="inside").click()
    waits(page, "new URLSearchParams(location.search).get('wiring') === 'inside'")
    expect(page.get_by_text("one draw a step", exact=True)).to_be_visible()
    assert complaints(page) == []
