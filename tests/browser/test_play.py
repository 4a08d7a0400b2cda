"""The whole playground in a real browser, as a learner uses it: page, address, runs, links, files, failures."""

import csv
import io
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.board_page import PATIENCE, draw, plot, settle, status, step, up, waits

CHARTS = ("density", "variance", "gradient_mean", "expected_cost", "landscape")
Play = Callable[..., Page]


@pytest.fixture
def play(serve: Callable[..., str], open_page: Callable[..., Page]) -> Play:
    """`play(query, **page options)` → the Play page, moving."""

    def start(query: str = "", **options: object) -> Page:
        page = open_page(serve("app.py") + query, **options)
        up(page)
        waits(page, "new URLSearchParams(location.search).has('run')")
        return page

    return start


def query(page: Page) -> dict[str, str]:
    """The address as the browser shows it now."""
    return dict(parse_qsl(page.evaluate("location.search.slice(1)")))


def says(page: Page, **expected: str) -> None:
    """Waits until the address has these values."""
    for name, value in expected.items():
        waits(page, f"new URLSearchParams(location.search).get('{name}') === '{value}'")


def header(page: Page, name: str) -> object:
    return page.evaluate(f"window.__playground.lastHeader.{name}")


def generation_of(page: Page) -> int:
    """That of the charts, once all are put up."""
    waits(page, "window.__playground.generation")
    return int(page.evaluate("window.__playground.generation"))


def preset(page: Page, key: str) -> None:
    page.locator(f"[data-preset={key}]").click()


def zoom_in(page: Page, chart: str) -> None:
    """Drags over the middle of a chart's first panel, as a learner does."""
    box = page.locator(f"[data-chart={chart}] .nsewdrag").first.bounding_box()
    assert box
    height = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 0.3 * box["width"], height)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.6 * box["width"], height, steps=5)
    page.mouse.up()
    expect(page.locator(f"[data-chart={chart}] .pg-unzoom")).to_be_visible()


def rows(page: Page) -> dict[tuple[str, str], dict[str, str]]:
    """What was trained and measured, from the exported history, by step and estimator."""
    address = page.evaluate("location.origin + location.pathname") + f"live/{query(page)['run']}/export.csv"
    text = page.request.get(address).text()
    # Exact values are left out: float64 sums, whose last bit depends on how many steps were taken at once.
    return {
        (row["step"], row["estimator"]): {name: row[name] for name in row if not name.startswith("exact")}
        for row in csv.DictReader(io.StringIO(text))
    }


def test_the_default_page_moves_by_itself_keeps_the_zoom_and_obeys_the_keyboard(play: Play) -> None:
    page = play()
    waits(page, "window.__playground.lastHeader.step > 20")
    zoom_in(page, "variance")
    zoomed = page.evaluate(f"{plot('variance')}.layout.xaxis.range")
    draw(page, 20)
    assert step(page) > 20
    counters = page.evaluate("window.__playground")
    assert set(counters["draws"]) == set(CHARTS) and counters["malformed"] == 0
    assert all(counters["draws"][chart] >= 2 for chart in CHARTS)
    assert page.evaluate(f"{plot('variance')}.data.every((trace) => trace.x.length > 20)")
    assert page.evaluate(f"{plot('variance')}.layout.xaxis.range") == zoomed and zoomed[0] > 0
    assert page.evaluate(f"{plot('variance')}.layout.xaxis2.range") == zoomed
    expect(page.locator("[data-chart=variance] .pg-caption")).to_contain_text("times as much as pathwise")
    page.keyboard.press("Space")
    settle(page)
    before = step(page)
    page.keyboard.press("ArrowRight")
    waits(page, f"window.__playground.lastHeader.step === {before + 1}")
    page.keyboard.press("r")
    waits(page, "window.__playground.lastHeader.step === 0")
    assert page.complaints == []  # type: ignore[attr-defined]


def test_a_preset_changes_charts_and_address_and_keeps_the_run(play: Play) -> None:
    page = play()
    run, generation = query(page)["run"], generation_of(page)
    preset(page, "relaxation")
    says(page, family="categorical", estimators="gumbel_softmax,score_function_loo,enumeration", run=run)
    waits(page, f"window.__playground.generation > {generation}")
    expect(page.locator("[data-chart=density] .pg-caption")).to_contain_text("Categorical")
    expect(page.get_by_label("Family ↺")).to_have_value("Categorical")
    for key in ("baselines", "steep-path", "no-slope"):  # faster than the address can follow: the last click counts
        preset(page, key)
    says(page, cost="step", estimators="score_function_loo,measure_valued", run=run)
    waits(page, "window.__playground.lastHeader.step > 0")
    expect(page.locator("[data-chart=variance] .pg-caption")).to_contain_text("measure-valued")
    expect(page.get_by_label("Cost f(x) ↺")).to_have_value("step")
    assert page.complaints == []  # type: ignore[attr-defined]


def test_a_hot_edit_goes_on_and_the_dice_start_over(play: Play) -> None:
    page = play()
    waits(page, "window.__playground.lastHeader.step > 10")
    run, digest, generation = query(page)["run"], header(page, "config"), generation_of(page)
    reached = step(page)
    box = page.get_by_label("Learning rate")
    box.fill("0.02")
    box.press("Enter")
    says(page, learning_rate="0.02", run=run)
    waits(page, f"window.__playground.lastHeader.config !== '{digest}'")
    assert step(page) > reached and generation_of(page) == generation
    page.get_by_role("button", name="New seed").click()
    waits(page, "new URLSearchParams(location.search).get('seed') !== '0'")
    waits(page, f"window.__playground.lastHeader.seed === {int(query(page)['seed'])}")
    assert query(page)["run"] == run and generation_of(page) == generation


def test_a_reload_and_a_second_screen_find_the_run_where_it_was(play: Play) -> None:
    page = play()
    waits(page, "window.__playground.lastHeader.step > 30")
    run = query(page)["run"]
    page.reload()
    draw(page, 1)
    assert step(page) > 30 and query(page)["run"] == run
    other = play("?" + page.evaluate("location.search.slice(1)"))
    assert query(other)["run"] == run and step(other) > 30
    page.keyboard.press("Space")
    settle(page)
    settle(other)
    waits(other, f"window.__playground.lastHeader.step === {step(page)}")


def test_a_shared_link_gives_the_same_numbers_in_another_run(play: Play) -> None:
    page = play("?family=gamma&estimators=pathwise,score_function_loo&seed=11", permissions=["clipboard-write"])
    page.evaluate("navigator.clipboard.writeText = async (text) => { window.copied = text; }")
    page.get_by_role("button", name="Copy a link").click()
    expect(page.get_by_text("Link copied.")).to_be_visible()
    link = urlsplit(page.evaluate("window.copied"))
    shared = dict(parse_qsl(link.query))
    assert shared == {name: value for name, value in query(page).items() if name != "run"}
    other = play(f"?{link.query}")
    assert query(other)["run"] != query(page)["run"]
    assert query(other) | {"run": ""} == shared | {"run": ""}
    for moving in (page, other):
        waits(moving, "window.__playground.lastHeader.step > 40")
    one, two = rows(page), rows(other)
    common = one.keys() & two.keys()
    assert len(common) >= 80
    assert {key: one[key] for key in common} == {key: two[key] for key in common}


def test_a_bad_address_is_named_and_a_run_that_is_gone_is_replaced(play: Play) -> None:
    page = play("?family=bernoulli&estimators=pathwise,score_function&logits=900&colour=red&run=nobody")
    waits(page, "new URLSearchParams(location.search).get('run') !== 'nobody'")
    says(page, family="bernoulli", logits="0", estimators="score_function")
    for words in ("`logits` in the address", "`colour` in the address", "pathwise"):
        plain = words.replace("`", "")
        expect(page.get_by_role("alert").filter(has_text=plain).first).to_be_visible()
    page.get_by_text("cannot run here").click()
    expect(page.get_by_role("checkbox", name="pathwise")).to_be_disabled()
    expect(page.get_by_text("no path leads through its sample").last).to_be_visible()
    expect(page.get_by_role("checkbox", name="enumeration")).to_be_enabled()
    waits(page, "window.__playground.lastHeader.step > 5 && window.__playground.draws.landscape > 1")
    assert page.evaluate(f"{plot('density')}.data.filter((trace) => trace.type === 'bar').map((t) => t.y.length)") == [
        2
    ]
    assert page.complaints == []  # type: ignore[attr-defined]


def test_a_run_that_diverges_says_why_and_comes_back(play: Play) -> None:
    page = play()
    preset(page, "too-fast")
    says(page, learning_rate="0.9")
    page.get_by_role("button", name="300 steps a second").click()
    banner = page.locator(".pg-banner")
    expect(banner).to_be_visible(timeout=PATIENCE)
    expect(banner).to_contain_text("diverged")
    expect(banner).to_contain_text("learning rate")
    status(page, "stopped")
    cause, stopped = banner.locator("span").inner_text(), step(page)
    assert cause == header(page, "cause")
    banner.get_by_role("button", name="Back to the last good state").click()
    expect(banner).to_be_hidden()
    settle(page)
    assert step(page) <= stopped


def test_a_dark_phone_scrolls_down_only(play: Play) -> None:
    page = play(width=390, height=844, color_scheme="dark")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390
    assert page.evaluate("document.querySelector('.pg-board').style.colorScheme") == "dark"
    colour = page.evaluate(f"{plot('variance')}.layout.font.color")
    assert sum(map(int, colour[4:-1].split(","))) > 400
    page.get_by_role("button", name="Pause (space)").click()
    settle(page)


def test_an_exported_run_opens_again(play: Play, tmp_path: Path) -> None:
    page = play("?family=laplace&loc=2&seed=5&cost=absolute&estimators=score_function_loo")
    page.locator(".pg-export summary").click()
    with page.expect_download() as download:
        page.get_by_text("Run as JSON").click()
    file = tmp_path / "run.json"
    download.value.save_as(file)
    preset(page, "baselines")
    says(page, family="normal", seed="0")
    page.get_by_text("Open a saved run").click()
    page.locator("input[type=file]").set_input_files(file)
    says(page, family="laplace", loc="2", seed="5", cost="absolute", estimators="score_function_loo")
    waits(page, "window.__playground.lastHeader.seed === 5 && window.__playground.lastHeader.step > 0")
    expect(page.get_by_label("Family ↺")).to_have_value("Laplace")


def test_without_the_route_the_page_still_moves(play: Play) -> None:
    page = play("?route=off")
    draw(page, 2)
    assert not page.evaluate("window.__playground.connected")
    for chart in CHARTS:
        waits(page, f"window.__playground.draws['{chart}'] >= 2")
    page.get_by_role("button", name="Pause (space)").click()
    settle(page)
    before = step(page)
    page.get_by_role("button", name="One step (right arrow)").click()
    waits(page, f"window.__playground.lastHeader.step === {before + 1}")
    says(page, route="off")
    status(page, "paused")
