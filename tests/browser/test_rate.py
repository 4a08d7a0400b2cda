"""The steps a second that a run really does: when they are told, and how."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from playground.live import assets
from tests.browser.board_page import OpenBoard, status

RATE = (Path(assets.__file__).parent / "rate.js").read_text(encoding="utf-8")
# Frames ten times a second, at so many steps a second: the words after each.
FRAMES = """async ([source, parts]) => {
  const { Rate } = await import(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
  const rate = new Rate();
  const words = [];
  let now = 0, step = 0;
  for (const [frames, does, header] of parts) {
    if (header.step === 0) step = 0;
    for (let frame = 0; frame < frames; frame++) {
      now += 100;
      step += does / 10;
      words.push(rate.after({ status: "running", cold: false, ...header, step: Math.floor(step) }, now));
    }
  }
  return words;
}"""


@pytest.fixture
def words(browser: Browser) -> Any:
    """`words((frames, steps a second, header), …)` → what is told after each frame."""
    page = browser.new_page()
    yield lambda *parts: page.evaluate(FRAMES, [RATE, parts])
    page.close()


@pytest.mark.parametrize(
    ("speed", "does", "told"),
    [
        (60, 60, ""),
        (60, 50, ""),
        (60, 24, "24/s"),
        (2, 1.6, ""),
        (300, 127, "130/s"),
        ("max", 7, "7/s"),
        ("max", 2871, "2\u2009900/s"),
        ("max", 12345, "12\u2009000/s"),
    ],
)
def test_a_rate_is_told_where_it_is_not_what_was_asked_for(words: Any, speed: Any, does: float, told: str) -> None:
    seen = words((60, does, {"speed": speed}))
    assert set(seen[:15]) == {""}
    assert set(seen[20:]) == {told}


def test_a_rate_is_forgotten_with_what_it_was_of(words: Any) -> None:
    slow = (40, 20, {"speed": 60})
    assert words(slow)[-1] == "20/s"
    assert words(slow, (1, 20, {"speed": 300}))[-1] == ""
    assert words(slow, (1, 20, {"speed": 60, "status": "paused"}))[-1] == ""
    assert words(slow, (1, 20, {"speed": 60, "cold": True}))[-1] == ""
    assert words(slow, (1, 20, {"speed": 60, "step": 0}))[-1] == ""
    assert words(slow, (40, 60, {"speed": 60}))[-1] == ""


def test_it_stands_beside_the_status(open_board: OpenBoard) -> None:
    page = open_board()
    rate = page.locator(".pg-rate")
    page.get_by_role("button", name="As fast as it goes").click()
    expect(rate).to_have_text(re.compile(r"^, [\d\u2009]+/s$"))
    page.keyboard.press("Space")
    expect(rate).to_have_text("")


def test_a_pause_is_not_taken_for_slowness(open_board: OpenBoard) -> None:
    page = open_board()
    page.evaluate(
        """window.told = [];
        new MutationObserver(() => told.push(document.querySelector(".pg-rate").textContent))
          .observe(document.querySelector(".pg-rate"), { childList: true, characterData: true, subtree: true })"""
    )
    page.wait_for_timeout(2500)
    page.keyboard.press("Space")
    status(page, "paused")
    page.wait_for_timeout(2000)
    page.keyboard.press("Space")
    status(page, "running")
    page.wait_for_timeout(2500)
    assert page.evaluate("told") == []
