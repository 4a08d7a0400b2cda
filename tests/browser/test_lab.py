"""The Variance lab in a browser: a sweep arrives, says that it is done and goes home; a cell opens in Play."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.board_page import PATIENCE, complaints, plot, status, waits

SWEEP = "?view=sweep&estimators=pathwise,score_function&over=loc&low=-1&high=1&count=3&replicates=100&speed=max"
CELL = f"""(() => {{
  const plot = {plot("atlas")}, {{ xaxis, yaxis }} = plot._fullLayout, box = plot.getBoundingClientRect();
  return [box.x + xaxis._offset + xaxis.d2p(1), box.y + yaxis._offset + yaxis.d2p(0)];
}})()"""


def test_a_sweep_arrives_and_a_cell_of_the_atlas_opens_in_play(
    serve: Callable[..., str], open_page: Callable[..., Page]
) -> None:
    page = open_page(f"{serve('app.py')}variance_lab{SWEEP}")  # not by `visit`: what is done sends no more frames
    waits(page, "window.__playground?.lastHeader?.status === 'finished'")
    status(page, "done")
    expect(page.locator(".pg-step b")).to_have_text("6 of 6")
    waits(page, f"{plot('sweep')}.data.filter((t) => t.mode === 'lines+markers' && t.y.length === 3).length === 2")
    page.locator(".pg-export summary").click()
    with page.expect_download() as download:
        page.locator("[data-file=parquet]").click()
    assert download.value.path().read_bytes().startswith(b"PAR1")
    page.get_by_role("radio", name="Atlas").or_(page.get_by_role("button", name="Atlas")).first.click()
    drawn = f"{plot('atlas')}?._fullLayout?.xaxis && {plot('atlas')}.data.length === 5"
    page.wait_for_function(drawn, timeout=2 * PATIENCE)  # it is the largest figure of all
    waits(page, "window.__playground.lastHeader.step > 2")
    page.locator(".pg-card[data-chart=atlas]").scroll_into_view_if_needed()
    page.mouse.move(*page.evaluate(CELL))
    waits(page, f"{plot('atlas')}._hoverdata?.[0].x === 1")
    # A second page beside the atlas at work takes its time; what it is to open is known at once.
    # (In a function: Playwright calls what an expression makes, if that can be called.)
    page.evaluate("() => { window.open = (...asked) => { window.asked = asked; }; }")
    page.mouse.click(*page.evaluate(CELL))
    waits(page, "window.asked !== undefined")
    address, where, _ = page.evaluate("window.asked")
    assert address.startswith("./?family=normal&") and "estimators=score_function&" in address and where == "_blank"
    assert complaints(page) == []
