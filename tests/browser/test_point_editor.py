"""The points of a regression in a real browser: dragged, added, removed, and out of a file; the run follows."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.board_page import PATIENCE, plot, step, still, up, waits

ADDRESS = "vi?target=logistic_regression&approximation=full&points=-1_0_0__1_0.5_1__2_-2_1"
Open = Callable[..., Page]


@pytest.fixture
def regression(serve: Callable[..., str], open_page: Open) -> Open:
    """`regression(**page options)` → the page with three points, moving, its editor there."""

    def start(**options: object) -> Page:
        page = open_page(serve("app.py") + ADDRESS, **options)
        up(page)
        expect(circles(page)).to_have_count(3, timeout=PATIENCE)
        still(page)
        return page

    return start


def circles(page: Page) -> Locator:
    return page.locator(".points circle")


def says(page: Page, points: str) -> None:
    """Waits until the address has these points, and the run has taken them on."""
    waits(page, f"new URLSearchParams(location.search).get('points') === '{points}'")
    shown = f"{plot('predictive')}.data.filter((trace) => trace.mode === 'markers')"
    count = points.count("__") + 1
    waits(page, f"{shown}.reduce((n, trace) => n + trace.x.length, 0) === {count}")


def drag(page: Page, circle: Locator, x: float, y: float) -> None:
    """Moves a point by so many units, as a learner does."""
    field, box = page.locator(".points svg").bounding_box(), circle.bounding_box()
    assert field and box
    unit = field["width"] / 6.0
    left, top = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(left, top)
    page.mouse.down()
    page.mouse.move(left + x * unit, top - y * unit, steps=6)
    page.mouse.up()


def points(page: Page) -> list[list[float]]:
    text = page.evaluate("new URLSearchParams(location.search).get('points')")
    return [[float(value) for value in row.split("_")] for row in text.split("__")]


def test_a_dragged_point_changes_address_and_run_and_the_training_goes_on(regression: Open) -> None:
    page = regression()
    waits(page, "window.__playground.lastHeader.step > 20")
    digest, generation = page.evaluate("[window.__playground.lastHeader.config, window.__playground.generation]")
    reached = step(page)
    drag(page, circles(page).nth(0), 2.0, 1.0)
    waits(page, f"window.__playground.lastHeader.config !== '{digest}'")
    waits(page, "!location.search.includes('points=-1_0_0__')")
    moved = points(page)
    assert moved[0] == pytest.approx([1.0, 1.0, 0.0], abs=0.1) and moved[1:] == [[1.0, 0.5, 1.0], [2.0, -2.0, 1.0]]
    drawn = f"{plot('predictive')}.data.find((trace) => trace.name === 'class 0')"
    waits(page, f"Math.abs({drawn}.x[0] - {moved[0][0]}) < 1e-6")
    assert step(page) >= reached, "the run has gone on and not begun anew"
    assert page.evaluate("window.__playground.generation") == generation
    assert [text for text in page.complaints if "404" not in text] == []  # type: ignore[attr-defined]


def test_points_are_added_moved_by_keys_and_removed(regression: Open) -> None:
    page = regression()
    page.locator(".points button", has_text="class 1").click()
    field = page.locator(".points svg").bounding_box()
    assert field
    page.mouse.click(field["x"] + field["width"] / 4, field["y"] + field["height"] / 4)
    expect(circles(page)).to_have_count(4)
    waits(page, "location.search.includes('__2_-2_1__-1.5_1.5_1')")
    circles(page).nth(1).focus()
    page.keyboard.press("ArrowUp")
    says(page, "-1_0_0__1_0.6_1__2_-2_1__-1.5_1.5_1")
    circles(page).nth(2).focus()
    page.keyboard.press("Delete")
    says(page, "-1_0_0__1_0.6_1__-1.5_1.5_1")


def test_a_preset_replaces_the_points_and_a_file_does(regression: Open) -> None:
    page = regression()
    page.locator("[data-preset=few-points]").click()
    expect(circles(page)).to_have_count(2)
    says(page, "-1_-0.5_0__1.2_0.8_1")
    page.get_by_text("Points from a file").click()
    chooser = page.locator("[data-testid=stFileUploaderDropzoneInput]").first
    chooser.set_input_files({"name": "wrong.csv", "mimeType": "text/csv", "buffer": b"a,b\n1,2\n3,4\n"})
    expect(page.get_by_text("expected x, y and a class of 0 or 1")).to_be_visible(timeout=PATIENCE)
    rows = "\n".join(f"{i},{(i * 7) % 10},{int(i > 4)}" for i in range(10))
    chooser.set_input_files({"name": "mine.csv", "mimeType": "text/csv", "buffer": f"u,v,w\n{rows}\n".encode()})
    page.get_by_role("button", name="Use these 10 points").click(timeout=PATIENCE)
    expect(circles(page)).to_have_count(10)
    waits(page, "location.search.split('__').length === 10")
    expect(page.get_by_text("x = (u − 4.5) / 2.872").first).to_be_visible()
    drag(page, circles(page).nth(0), 0.5, 0.5)
    waits(page, "!location.search.includes('points=-1.57_')")
    assert len(points(page)) == 10
