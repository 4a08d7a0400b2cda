"""Hands on the board in a real browser, over a stub source: transport, keyboard, seed, exports, and what goes wrong."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.board_page import STUB, OpenBoard, draw, plot, settle, status, step


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
    for points, mode in ((1, "lines+markers"), (2, "lines")):  # One point is no line.
        page.get_by_role("button", name="One step").click()
        page.wait_for_function(f"{plot('mean')}.data[0].y.length === {points}")
        assert page.evaluate(f"{plot('mean')}.data.map((trace) => trace.mode)") == [mode] * 4


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
    page = open_board(fresh=True)
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
    status(page, "stopped")
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
