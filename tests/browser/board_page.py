"""What the browser tests share: a page's board, seen and touched from outside."""

from collections.abc import Callable

from playwright.sync_api import Error, Page, TimeoutError, expect

expect.set_options(timeout=15_000)
STUB = "tests/browser/stub_app.py"
PATIENCE = 30_000
OpenBoard = Callable[..., Page]
# Unseen, a run would train for another quarter of a minute, beside the next test.
LEAVE = """document.querySelector("[title='Pause (space)']")?.click(); localStorage.clear(); sessionStorage.clear()"""


def draw(page: Page, frames: int) -> None:
    """Waits for so many further frames."""
    page.wait_for_function("window.__playground?.frames > 0", timeout=PATIENCE)
    wanted = page.evaluate("window.__playground.frames") + frames
    page.wait_for_function(f"window.__playground.frames >= {wanted}", timeout=PATIENCE)


def up(page: Page) -> None:
    """Waits until it moves and all charts are up: they are put up one after the other, and frames come meanwhile."""
    draw(page, 2)
    waits(page, "window.__playground.generation !== undefined")


def still(page: Page) -> None:
    """Waits until no widget is a placeholder any more: one that comes is higher, and pushes down what is below it."""
    expect(page.locator("[data-testid=stSkeleton]")).to_have_count(0, timeout=PATIENCE)


def choose(page: Page, menu: str, option: str) -> None:
    """Chooses by keyboard: a long list scrolls, and a click whose press and release see two lists chooses nothing."""
    field = page.get_by_role("combobox", name=menu)
    field.click()
    field.fill(option)
    expect(page.get_by_role("option").first).to_have_text(option)
    field.press("Enter")


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


def waits(page: Page, condition: str) -> None:
    """Waits until JavaScript finds it so; if it does not, the error says what there is instead."""
    try:
        page.wait_for_function(condition, timeout=PATIENCE)
    except TimeoutError as error:
        alerts = page.locator("[data-testid=stAlert]").all_inner_texts()
        complained = page.complaints  # type: ignore[attr-defined]
        raise AssertionError(f"never: {condition}\nat {page.url}\nalerts {alerts}\ncomplaints {complained}") from error


def complaints(page: Page) -> list[str]:
    """All but Streamlit's own: on every page but the first it looks for its server below that page's path, too."""
    return [text for text in page.complaints if "/_stcore/" not in text]  # type: ignore[attr-defined]


def left(page: Page) -> bool:
    """Leaves the page as if nobody had been here, and returns whether that was possible."""
    try:
        page.evaluate(LEAVE)
        page.mouse.move(0, 0)
        for opened in page.context.pages:
            if opened != page:
                opened.evaluate(LEAVE)
                opened.close()
        page.context.clear_cookies()
        page.goto("about:blank")
    except Error:  # it may be on its way to another page
        return False
    return True
