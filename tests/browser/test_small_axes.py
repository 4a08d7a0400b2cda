"""The log axes of small panels, drawn by the library that the board uses, over any number of decades."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from playground.charts.theme import SMALL_LOG
from playground.live import assets

PLOTLY = Path(assets.__file__).parent / "vendor" / assets.LIBRARY
TICKS = """async ([axis, low, high]) => {
  const place = document.body.appendChild(document.createElement("div"));
  place.style.cssText = "width: 205px; height: 115px";
  const margin = { l: 45, r: 5, t: 5, b: 5 };
  await Plotly.newPlot(place, [{ x: [0, 1], y: [low, high] }], { margin, yaxis: axis });
  return place.querySelectorAll(".yaxislayer-above path").length;
}"""


@pytest.mark.parametrize(("low", "high"), [(0.5, 2.0), (0.05, 3.0), (1e-4, 10.0), (1e-15, 1.0), (1e-10, 1e20)])
def test_ticks_never_run_into_a_bar(browser: Browser, low: float, high: float) -> None:
    page = browser.new_page()
    page.add_script_tag(path=PLOTLY)
    assert page.evaluate(TICKS, [SMALL_LOG, low, high]) <= 20  # 95 px of axis: 5 for each
    page.close()
