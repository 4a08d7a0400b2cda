"""Ranges: which of them narrow again, and when."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from playground.live import assets
from tests.browser.board_page import OpenBoard, plot, waits

AXES = (Path(assets.__file__).parent / "axes.js").read_text(encoding="utf-8")
# One wild draw, then tame ones, of which each fifth is wider, every so many milliseconds: all ranges, by draw.
DRAWS = """async ([source, milliseconds]) => {
  const { Axes } = await import(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
  const axes = new Axes({ meta: { follow: ["yaxis"] }, yaxis: {} }, [{}]);
  let now = 0;
  performance.now = () => now;
  const tops = [];
  for (let draw = 0; draw < 1000; draw++) {
    const change = axes.widen(() => [0, draw === 0 ? 60 : draw % 5 ? 3 : 9])["yaxis.range"];
    if (change) tops.push([draw, change[1]]);
    now += milliseconds;
  }
  return tops;
}"""


@pytest.mark.parametrize(("milliseconds", "draw"), [(500, 21), (100, 101), (20, 501), (5000, 11)])
def test_a_range_narrows_to_what_the_last_seconds_held_and_stays(
    browser: Browser, milliseconds: int, draw: int
) -> None:
    page = browser.new_page()
    (first, wide), (then, narrow) = page.evaluate(DRAWS, [AXES, milliseconds])
    assert (first, then) == (0, draw) and wide > 60.0 and 9.0 < narrow < 10.0
    page.close()


def test_only_a_reset_starts_ranges_over(open_board: OpenBoard) -> None:
    """The stub's density is high and narrow at step 283, low and wide at 565; from 500 on its curves come whole."""
    page = open_board()
    top = f"{plot('density')}.layout.yaxis.range[1]"
    page.get_by_role("button", name="300 steps a second").click()
    waits(page, f"{top} > 0.56")
    waits(page, "window.__playground.lastHeader.step > 650")
    assert page.evaluate(top) > 0.56
    page.keyboard.press("r")
    waits(page, f"window.__playground.lastHeader.step < 200 && {top} < 0.5")
