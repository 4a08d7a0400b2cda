"""Does my gradient flow? in a real browser: the table and its search, and a mistake run beside its cure."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from playground.audit import store
from tests.browser.board_page import PATIENCE, complaints, waits

PROCESS = 90_000
"""Milliseconds that the clinic's process may take, most of which is the import of TensorFlow."""


@pytest.fixture
def flows(serve: Callable[..., str], open_page: Callable[..., Page]) -> Page:
    return open_page(f"{serve('app.py')}gradients")


def test_the_table_is_searched_and_a_mistake_runs_beside_its_cure(flows: Page) -> None:
    grid = flows.locator("[data-testid=stDataFrame] [role=grid]").first
    _, rows = store.load(store.SHIPPED)
    expect(grid).to_have_attribute("aria-rowcount", str(len(rows) + 1), timeout=PATIENCE)
    search = flows.get_by_role("textbox", name="Search")
    search.fill("mixture logits")
    search.press("Enter")
    waits(flows, "new URLSearchParams(location.search).get('find') === 'mixture logits'")
    found = [row for row in rows if "mixture" in row["distribution"].lower() and "logits" in row["parameter"]]
    expect(grid).to_have_attribute("aria-rowcount", str(len(found) + 1))
    flows.get_by_role("tab", name="Clinic").click()
    flows.locator("summary", has_text="tf.distributions is gone").click()
    card = flows.locator("[data-testid=stExpander]", has=flows.get_by_role("button", name="Run both now"))
    card.get_by_role("button", name="Run both now").click()
    expect(card.locator("[data-testid=stAlert]")).to_contain_text("AttributeError", timeout=PROCESS)
    expect(card.locator("[data-testid=stDataFrame]")).to_contain_text("right")
    assert complaints(flows) == []
