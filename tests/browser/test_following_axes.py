"""Axes that follow their data: wide at once, narrow again only when the data have been lost in them for long."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from playground.live import assets

AXES = (Path(assets.__file__).parent / "axes.js").read_text(encoding="utf-8")
# One wild draw, then tame ones every so many milliseconds: the number of those after which the range has narrowed.
DRAWS = """async ([source, milliseconds]) => {
  const { Axes } = await import(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
  const axes = new Axes({ meta: { follow: ["yaxis"] }, yaxis: {} }, [{}]);
  let now = 0;
  performance.now = () => now;
  axes.widen(() => [0, 60]);
  for (let draws = 1; draws < 1000; draws++) {
    now += milliseconds;
    const top = axes.widen(() => [0, 3])["yaxis.range"]?.[1];
    if (top < 4) return draws;
  }
}"""


@pytest.mark.parametrize(("milliseconds", "draws"), [(500, 9), (100, 41), (10, 401), (5000, 8)])
def test_a_range_narrows_after_four_seconds_and_eight_draws(browser: Browser, milliseconds: int, draws: int) -> None:
    page = browser.new_page()
    assert page.evaluate(DRAWS, [AXES, milliseconds]) == draws
    page.close()
