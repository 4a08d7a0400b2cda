"""The board in a real browser, over a stub source: frames, hands, zoom, legend, fallback, prefix, phone, keyboard."""

import itertools
import json
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

STUB = "tests/browser/stub_app.py"
RUNS = itertools.count()
expect.set_options(timeout=15_000)
OpenBoard = Callable[..., Page]


@pytest.fixture
def open_board(serve: Callable[..., str], open_page: Callable[..., Page]) -> OpenBoard:
    """`open_board(query, environment=…, base=…, **page options)` → a page that shows a run of its own."""

    def start(query: str = "", environment: dict[str, str] | None = None, base: str = "", **options: Any) -> Page:
        address = serve(STUB, environment=environment, base=base)
        page = open_page(f"{address}?run=run{next(RUNS)}{query}", **options)
        draw(page, 2)
        return page

    return start


def draw(page: Page, frames: int) -> None:
    """Waits for so many further frames."""
    page.wait_for_function("window.__playground?.frames > 0", timeout=30_000)
    wanted = page.evaluate("window.__playground.frames") + frames
    page.wait_for_function(f"window.__playground.frames >= {wanted}", timeout=30_000)


def plot(chart: str) -> str:
    return f"document.querySelector('[data-chart={chart}] .pg-plot')"


def step(page: Page) -> int:
    return int(page.evaluate("window.__playground.lastHeader.step"))


def status(page: Page, word: str) -> None:
    expect(page.locator(".pg-status")).to_have_text(word)


def settle(page: Page) -> None:
    """Waits until a paused board has drawn all it has."""
    status(page, "paused")
    page.wait_for_function("window.__playground.lastHeader.status === 'paused'")


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
    assert page.evaluate(f"{plot('objective')}.layout.xaxis.range")[1] > step(page)
    page.locator("[data-chart=mean]").get_by_role("button", name="Reset zoom").click()
    page.wait_for_function(f"{plot('mean')}.layout.xaxis.range[0] === 0")


def test_the_legend_hides_a_group_everywhere_and_keeps_it_hidden(open_board: OpenBoard) -> None:
    page = open_board()
    chip = page.locator(".pg-legend button", has_text="score function")
    chip.click()
    expect(chip).to_have_attribute("aria-pressed", "false")
    draw(page, 10)
    for chart in ("variance", "mean", "objective", "path"):
        assert page.evaluate(f"{plot(chart)}.data.map((trace) => trace.visible)") == [True, "legendonly", True, True]
    chip.click()
    draw(page, 1)
    assert page.evaluate(f"{plot('path')}.data.every((trace) => trace.visible === true)")


def test_pause_stops_step_steps_reset_starts_over(open_board: OpenBoard) -> None:
    page = open_board()
    page.get_by_role("button", name="Pause (space)").click()
    settle(page)
    before = step(page)
    page.wait_for_timeout(400)
    assert step(page) == before
    page.get_by_role("button", name="One step").click()
    page.wait_for_function(f"window.__playground.lastHeader.step === {before + 1}")
    page.get_by_role("button", name="Reset").click()
    page.wait_for_function("window.__playground.lastHeader.step === 0")
    page.wait_for_function(f"{plot('mean')}.data[0].y.length === 0")
    expect(page.locator(".pg-step b")).to_have_text("0")


def test_the_keyboard_plays_steps_and_resets_unless_somebody_types(open_board: OpenBoard) -> None:
    page = open_board()
    page.keyboard.press("Space")
    settle(page)
    before = step(page)
    page.keyboard.press("ArrowRight")
    page.wait_for_function(f"window.__playground.lastHeader.step === {before + 1}")
    box = page.get_by_label("Type here")
    box.fill("")
    box.press_sequentially("r r")
    expect(box).to_have_value("r r")
    page.keyboard.press("ArrowRight")
    assert step(page) == before + 1
    box.blur()
    page.keyboard.press("r")
    page.wait_for_function("window.__playground.lastHeader.step === 0")
    page.keyboard.press("Space")
    status(page, "running")


def test_thirty_quick_clicks_leave_button_and_run_agreed(open_board: OpenBoard) -> None:
    page = open_board()
    page.evaluate("for (let i = 0; i < 31; i++) document.querySelector('[data-do=play]').click()")
    settle(page)
    page.wait_for_timeout(2000)
    status(page, "paused")


def test_speed_is_chosen_and_told_to_python(open_board: OpenBoard) -> None:
    page = open_board()
    page.get_by_role("button", name="Slow motion").click()
    expect(page.get_by_role("button", name="Slow motion")).to_have_attribute("aria-pressed", "true")
    page.wait_for_function("window.__playground.lastHeader.speed === 2")
    expect(page.get_by_text("heard: speed")).to_be_visible()
    page.get_by_role("button", name="60 steps a second").click()
    page.wait_for_function("window.__playground.lastHeader.speed === 60")


def test_a_new_seed_is_asked_of_python(open_board: OpenBoard) -> None:
    page = open_board()
    page.get_by_role("button", name="New seed").click()
    expect(page.get_by_text("heard: new_seed")).to_be_visible()


def test_a_refused_frame_is_skipped_and_the_board_goes_on(open_board: OpenBoard, serve: Callable[..., str]) -> None:
    page = open_board()
    with page.expect_websocket(lambda socket: "/live/" in socket.url, timeout=30_000):
        page.add_init_script(
            """const Native = WebSocket; let spoilt = 0;
            window.WebSocket = class extends Native {
              set onmessage(take) {
                super.onmessage = (event) => take(event.data instanceof ArrayBuffer && spoilt++ % 3 === 1
                  ? { data: event.data.slice(0, event.data.byteLength - 4) } : event);
              }
            };"""
        )
        page.reload()
    draw(page, 6)
    assert page.evaluate("window.__playground.malformed") >= 2
    assert page.complaints == []  # type: ignore[attr-defined]


def test_the_connection_comes_back(open_board: OpenBoard) -> None:
    page = open_board()
    page.evaluate(
        """window.said = [];
        new MutationObserver(() => said.push(document.querySelector(".pg-status").textContent))
          .observe(document.querySelector(".pg-status"), { childList: true, characterData: true, subtree: true });
        window.__playground.drop()"""
    )
    page.wait_for_function("said.includes('reconnecting…') && said.at(-1) === 'running'")
    draw(page, 3)
    assert page.evaluate("window.__playground.malformed") == 0


def test_a_run_that_has_ended_is_named_and_started_again(serve: Callable[..., str], open_page: OpenBoard) -> None:
    page = open_page(serve(STUB) + "?run=nobody")
    expect(page.get_by_text("This run has ended; press play to start it again.")).to_be_visible()
    page.get_by_role("button", name="Play (space)").click()
    draw(page, 3)
    expect(page.get_by_text("heard: gone")).to_be_visible()


def test_a_run_that_diverged_says_why_and_offers_a_way_back(serve: Callable[..., str], open_page: OpenBoard) -> None:
    page = open_page(serve(STUB) + "?run=diverging")
    banner = page.get_by_role("alert").filter(has_text="The gradient of `scale` became infinite at step 200.")
    expect(banner).to_be_visible()
    status(page, "stopped: not finite")
    banner.get_by_role("button", name="Back to the last good state").click()
    expect(banner).to_be_hidden()
    status(page, "paused")


def test_exports(open_board: OpenBoard) -> None:
    page = open_board()
    for name, filename, start in (
        ("History as CSV", "history.csv", b"step,"),
        ("Run as JSON", "run.json", b"{"),
        ("Density and samples as PNG", "gradient-playground-density.png", b"\x89PNG"),
        ("Density and samples as SVG", "gradient-playground-density.svg", b"<svg"),
    ):
        page.locator(".pg-export summary").click()
        with page.expect_download() as download:
            page.locator(".pg-menu").get_by_label(name).or_(page.locator(".pg-menu").get_by_text(name)).first.click()
        assert download.value.suggested_filename == filename
        assert download.value.path().read_bytes().startswith(start)


def test_share_copies_the_address_without_the_run(open_board: OpenBoard) -> None:
    page = open_board("&seed=7", permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy a link").click()
    expect(page.get_by_text("Link copied.")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "seed=7" in copied and "run=" not in copied


def test_dark_theme_reaches_strip_and_charts(open_board: OpenBoard) -> None:
    page = open_board(color_scheme="dark")
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


def test_the_stub_serves_what_the_page_links_to(serve: Callable[..., str]) -> None:
    with urllib.request.urlopen(serve(STUB) + "live/any/export.json") as response:
        assert json.load(response) == {"seed": 7}
