"""The board that ours is compared with draws the same charts from a run that trains, or the figure means nothing."""

import json

import pytest
from streamlit.testing.v1 import AppTest

from playground.live.service import Service
from playground.training import runs
from tests.page_checks import TIMEOUT

TRIES = 200


def _drawn(test: AppTest) -> dict[int, list[dict]]:
    """The traces of each chart that is up, by the step in its title; one step in all of them."""
    figures = [json.loads(chart.proto.spec) for chart in test.run().get("plotly_chart")]
    (step,) = {figure["layout"]["title"]["text"] for figure in figures} or {"0"}
    return {int(step): [figure["data"] for figure in figures]}


def _filled(values: list | dict | None) -> bool:
    """Plotly packs an array into `bdata`."""
    return bool(values.get("bdata") if isinstance(values, dict) else values)


def test_it_draws_all_charts_of_a_run_that_trains(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "PAUSE_AFTER", runs.PAUSE_AFTER)  # it sets its own
    monkeypatch.setattr(Service, "warm_up", lambda service: None)
    test = AppTest.from_file("../benchmarks/apps/fragment_board.py", default_timeout=TIMEOUT)
    seen: dict[int, list[dict]] = {}
    for _ in range(TRIES):
        seen |= _drawn(test)
        assert not test.exception
        if max(seen) > 5 and len(seen) > 2:
            break
    assert max(seen) > 5, "it trains"
    assert len(seen[max(seen)]) == 5
    for traces in seen[max(seen)]:
        assert any(_filled(trace.get("y")) for trace in traces)
