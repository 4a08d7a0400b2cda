"""The board in a real browser, over a stub source: frames, zoom, legend, fallback, prefix, phone, colours."""

import json
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.board_page import STUB, OpenBoard, draw, left, plot, settle, step


def test_frames_draw_all_charts_without_complaint(open_board: OpenBoard) -> None:
    page = open_board()
    draw(page, 16)
    counters = page.evaluate("window.__playground")
    assert counters["malformed"] == 0 and counters["connected"]
    assert counters["draws"]["density"] == counters["frames"]
    assert all(counters["draws"][chart] >= 2 for chart in ("variance", "mean", "objective", "path"))
    assert page.evaluate(f"{plot('variance')}.data[1].y.length") > 200
    assert page.locator(".pg-card [role=img][aria-label]").count() == 5
    expect(page.locator("[data-chart=variance] .pg-caption")).to_have_text("Gradient variance: a line an estimator.")
    assert page.complaints == []  # type: ignore[attr-defined]


# A page at work as React is when it shows widgets: slices of 5 ms, a task each, until it has worked for a second.
WORK = """() => new Promise((done) => {
  const { port1, port2 } = new MessageChannel();
  const started = performance.now(), before = window.__playground.frames;
  let left = 200;
  port1.onmessage = () => {
    for (const slice = performance.now(); performance.now() - slice < 5; );
    if (--left) port2.postMessage(null);
    else done([performance.now() - started, window.__playground.frames - before]);
  };
  port2.postMessage(null);
})"""


def test_frames_let_the_page_go_first(open_board: OpenBoard) -> None:
    """While the page works, a frame waits 200 ms for it; and the page is not held up for long by frames that follow."""
    page = open_board()
    draw(page, 10)
    milliseconds, frames = page.evaluate(WORK)
    assert 1 <= frames <= 2 + milliseconds / 200


def test_all_charts_fit_the_first_screen(open_board: OpenBoard) -> None:
    page = open_board()
    boxes = [card.bounding_box() for card in page.locator(".pg-card").all()]
    assert max(box["y"] + box["height"] for box in boxes if box) <= 900
    large, *others = [box for box in boxes if box]
    assert all(large["x"] + large["width"] <= box["x"] and large["height"] > 1.8 * box["height"] for box in others)


def test_the_learners_zoom_survives_frames_and_reruns(open_board: OpenBoard) -> None:
    page = open_board()
    page.evaluate(f"Plotly.relayout({plot('mean')}, {{'xaxis.range': [20, 60], 'yaxis.range': [0.5, 1.5]}})")
    draw(page, 20)
    page.get_by_role("button", name="Rerun the script").click()
    draw(page, 10)
    assert page.evaluate(f"{plot('mean')}.layout.xaxis.range") == [20, 60]
    assert page.evaluate(f"{plot('mean')}.layout.yaxis.range") == [0.5, 1.5]
    # The other charts' axes go on with their data; they are drawn in turn, so a step may be ahead of them for a moment.
    page.wait_for_function(f"{plot('objective')}.layout.xaxis.range[1] > window.__playground.lastHeader.step")
    page.locator("[data-chart=mean]").get_by_role("button", name="Reset zoom").click()
    page.wait_for_function(f"{plot('mean')}.layout.xaxis.range[0] === 0")


def test_ranges_are_those_of_the_figure_that_is_up(open_board: OpenBoard) -> None:
    """Also for a trace that came with the figure and that no frame feeds; and an earlier figure's are forgotten."""
    page = open_board()
    lowest = f"{plot('objective')}.layout.yaxis.range[0]"
    for generation, least, most in ((1, -10.0, -3.0), (2, -60.0, -30.0), (3, -10.0, -3.0)):
        if generation > 1:
            page.get_by_role("button", name="Other figures").click()
        page.wait_for_function(f"window.__playground.generation === {generation}")
        draw(page, 12)
        assert least < page.evaluate(lowest) <= most
        assert page.evaluate(f"{plot('objective')}.layout.yaxis.range[1]") > 1.0
    assert page.complaints == []  # type: ignore[attr-defined]


def test_the_legend_hides_a_group_everywhere_and_keeps_it_hidden(open_board: OpenBoard) -> None:
    page = open_board()
    chip = page.locator(".pg-legend button", has_text="score function")
    chip.click()
    expect(chip).to_have_attribute("aria-pressed", "false")
    draw(page, 10)
    for chart in ("variance", "mean", "objective", "path"):
        assert page.evaluate(f"{plot(chart)}.data.slice(0, 4).map((trace) => trace.visible)") == [
            True,
            "legendonly",
            True,
            True,
        ]
    chip.click()
    draw(page, 1)
    assert page.evaluate(f"{plot('path')}.data.every((trace) => trace.visible === true)")


def test_dark_theme_reaches_strip_and_charts(open_board: OpenBoard) -> None:
    page = open_board(color_scheme="dark", fresh=True)
    assert page.evaluate("document.querySelector('.pg-board').style.colorScheme") == "dark"
    page.emulate_media(color_scheme="light")
    page.wait_for_function("document.querySelector('.pg-board').style.colorScheme === 'light'")
    colours = page.evaluate(f"[{plot('mean')}.layout.font.color, {plot('mean')}.layout.xaxis.gridcolor]")
    assert sum(map(int, colours[0][4:-1].split(","))) < 250 < sum(map(int, colours[1][4:-1].split(",")))


def test_a_phone_scrolls_down_only(open_board: OpenBoard) -> None:
    page = open_board(width=390, height=844)
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    for element in page.locator(".pg-board button:visible, .pg-card").all():
        box = element.bounding_box()
        assert box and box["x"] >= 0 and box["x"] + box["width"] <= 390
    groups = [group.bounding_box() for group in page.locator(".pg-strip > .pg-group").all()]
    assert not any(overlap(a, b) for i, a in enumerate(groups) for b in groups[:i])


def overlap(a: Any, b: Any) -> bool:
    apart_x = a["x"] + a["width"] <= b["x"] or b["x"] + b["width"] <= a["x"]
    return not (apart_x or a["y"] + a["height"] <= b["y"] or b["y"] + b["height"] <= a["y"])


def test_the_strip_stays_in_sight(open_board: OpenBoard) -> None:
    page = open_board(width=390, height=844)
    page.evaluate("document.querySelector('[data-testid=stMain]').scrollTo(0, 700)")
    box = page.locator(".pg-strip").bounding_box()
    assert box and 0 <= box["y"] < 120


def test_a_base_path(open_board: OpenBoard) -> None:
    page = open_board(base="some/prefix")
    draw(page, 5)
    assert page.complaints == []  # type: ignore[attr-defined]
    page.locator(".pg-export summary").click()
    assert "/some/prefix/live/run" in (page.get_by_text("History as CSV").get_attribute("href") or "")


@pytest.mark.parametrize("way", ["no routes", "query"])
def test_without_the_routes_the_page_feeds_the_board_itself(open_board: OpenBoard, way: str) -> None:
    missing = {"PLAYGROUND_NO_ROUTES": "1"} if way == "no routes" else None
    page = open_board("" if missing else "&route=off", environment=missing)
    draw(page, 3)
    counters = page.evaluate("window.__playground")
    assert counters["malformed"] == 0 and all(count >= 2 for count in counters["draws"].values())
    chip = page.locator(".pg-legend button", has_text="pathwise")
    chip.click()
    page.evaluate(f"Plotly.relayout({plot('mean')}, {{'xaxis.range': [20, 60]}})")
    page.get_by_role("button", name="Pause (space)").click()
    settle(page)
    assert page.evaluate(f"{plot('mean')}.layout.xaxis.range") == [20, 60]
    assert page.evaluate(f"{plot('mean')}.data[0].visible") == "legendonly"
    before = step(page)
    page.get_by_role("button", name="One step").click()
    page.wait_for_function(f"window.__playground.lastHeader.step === {before + 1}")
    page.locator(".pg-export summary").click()
    with page.expect_download() as download:
        page.get_by_text("History as CSV").click()
    assert download.value.path().read_bytes().startswith(b"step,")
    page.get_by_role("button", name="New seed").click()
    expect(page.get_by_text("heard: new_seed")).to_be_visible()


def test_a_tab_keeps_nothing_for_the_next_test(open_page: Callable[..., Any], serve: Callable[..., str]) -> None:
    page = open_page(serve(STUB))
    page.evaluate("localStorage.mark = sessionStorage.mark = window.mark = 1; document.cookie = 'mark=1'")
    assert left(page)
    page.goto(serve(STUB))
    marks = "[localStorage.mark, sessionStorage.mark, window.mark, document.cookie.match(/mark/)]"
    assert page.evaluate(marks) == [None] * 4


def test_the_stub_serves_what_the_page_links_to(serve: Callable[..., str]) -> None:
    with urllib.request.urlopen(serve(STUB) + "live/any/export.json") as response:
        assert json.load(response) == {"seed": 7}
