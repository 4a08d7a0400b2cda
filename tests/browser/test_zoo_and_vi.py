"""The Zoo and variational inference in a real browser, as a learner uses them: they move, take a file, fail by name."""

from collections.abc import Callable

import numpy as np
from playwright.sync_api import Page, expect

from tests.browser.board_page import PATIENCE, complaints, draw, plot, status, step, waits

Visit = Callable[..., Page]


def test_the_zoo_moves_and_shows_its_variables(visit: Visit) -> None:
    page = visit("zoo")
    waits(page, "window.__playground.lastHeader.step > 20")
    draw(page, 6)
    assert set(page.evaluate("window.__playground.draws")) == {
        "density",
        "fit_quality",
        "responsibilities",
        "gradients",
    }
    traces = f"{plot('density')}.data"
    assert page.evaluate(f"{traces}.some(t => t.type === 'contour' && t.z.length === 61)")
    colours = page.evaluate(f"new Set({traces}.find(t => t.name === 'data').marker.color).size")
    assert colours == 3, "rows of three components"
    expect(page.get_by_text("numbers are learnt").first).to_be_visible()
    assert complaints(page) == []


def test_a_learner_s_file_is_fitted_and_a_wrong_one_loses_nothing(visit: Visit) -> None:
    page = visit("zoo", "?model=mvn_diag&data=blobs")
    rows = np.random.default_rng(0).normal(size=(80, 3))
    text = "height,weight,age\n" + "\n".join(",".join(f"{x:.4f}" for x in row) for row in rows)
    chooser = page.locator("[data-testid=stFileUploaderDropzoneInput]").first
    chooser.set_input_files({"name": "wrong.csv", "mimeType": "text/csv", "buffer": b"a,b\n1,\xff\n"})
    expect(page.get_by_text("wrong.csv").last).to_be_visible(timeout=PATIENCE)
    expect(page.locator("[data-testid=stAlert]").first).to_be_visible(timeout=PATIENCE)
    waits(page, "new URLSearchParams(location.search).get('data') === 'blobs'")
    chooser.set_input_files({"name": "people.csv", "mimeType": "text/csv", "buffer": text.encode()})
    waits(page, "(new URLSearchParams(location.search).get('data') ?? '').startsWith('upload-')")
    waits(page, "new URLSearchParams(location.search).get('columns')?.startsWith('height,weight')")
    waits(page, "document.querySelector('[data-chart=density] .xtitle')?.textContent === 'height'")
    assert page.locator("[data-testid=stException]").count() == 0


def test_a_collapse_is_named_on_the_page(visit: Visit) -> None:
    page = visit("zoo")
    page.locator("[data-preset=collapse]").click()
    waits(page, "new URLSearchParams(location.search).get('data') === 'few_rows'")
    page.locator("[data-speed=max]").click()
    waits(page, "window.__playground.lastHeader.status === 'diverged'")
    assert "singular" in page.evaluate("window.__playground.lastHeader.cause")
    page.get_by_role("button", name="back", exact=False).first.click()
    waits(page, "window.__playground.lastHeader.status === 'paused'")


def test_objectives_race_and_the_board_survives_the_way_between_pages(visit: Visit) -> None:
    page = visit("vi")
    waits(page, "window.__playground.lastHeader.step > 20")
    draw(page, 6)
    assert set(page.evaluate("window.__playground.draws")) >= {"density", "elbo", "gap", "variance", "gradient"}
    page.locator("[data-preset=cover-or-seek]").click()
    waits(page, "new URLSearchParams(location.search).get('target') === 'two_modes'")
    waits(page, "document.querySelectorAll('[data-chart=density] .contourlayer').length >= 1")
    page.get_by_role("link", name="Zoo").click()
    waits(page, "location.pathname.endsWith('/zoo') && new URLSearchParams(location.search).get('model')")
    waits(page, "document.querySelector('[data-chart=fit_quality]')")
    waits(page, "window.__playground.lastHeader?.step > 5")
    status(page, "running")
    assert step(page) > 5
    assert complaints(page) == []
