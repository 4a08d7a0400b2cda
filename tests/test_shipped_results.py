"""The results that come with the playground: complete, of this code, and open in Play as they were made."""

import json
import math
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from playground.config import Config
from playground.reproduction import checkpoint, shipped
from playground.reproduction.run import json_of
from playground.reproductions import REPRODUCTIONS
from playground.ui.links import play_link
from playground.ui.query_params import from_query

CHEAP = (
    ("arm-disarm-toy", "0.49 disarm"),
    ("sticking-the-landing", "sticking_the_landing at 0, 0.5"),
    ("stochastic-triples", "score_function at the start"),
)
"""Pieces of a second each: a training, a sampled variance, and a sampled gradient."""
ORDER_OF_SUMS = 1e-4
"""Relative: float32 sums of up to 400 000 terms come in another order with another number of threads."""


def summary(name: str) -> dict[str, Any]:
    found = shipped.summary(name)
    assert found is not None
    return found


def test_all_are_there_and_nothing_else() -> None:
    expected = {f"{name}.{kind}" for name in REPRODUCTIONS for kind in ("json", "jsonl")}
    assert {path.name for path in shipped.FOLDER.iterdir()} == expected
    assert shipped.summary("nothing") is None and shipped.pieces("nothing") is None
    assert sum(path.stat().st_size for path in shipped.FOLDER.iterdir()) < 1_000_000


@pytest.mark.parametrize("name", REPRODUCTIONS)
def test_it_is_a_complete_run_of_this_code_on_these_versions(name: str) -> None:
    """A change of labels, settings or tolerances, or of a pinned version, asks for a new run."""
    reproduction = REPRODUCTIONS[name]
    loaded = shipped.pieces(name)
    assert loaded is not None
    head, found = loaded
    assert (head["reproduction"], head["quick"], head["versions"]) == (name, False, checkpoint.versions())
    assert list(found) == [piece.key for piece in reproduction.pieces(False)]
    result = shipped.result(reproduction)
    assert result is not None and all(check.holds for check in result.checks)
    document, now = summary(name), json.loads(json_of(reproduction, result, head))
    assert [_words(check) for check in document.pop("checks")] == [_words(check) for check in now["checks"]]
    assert [_numbers(check) for check in summary(name)["checks"]] == [
        pytest.approx(_numbers(check), rel=1e-6, abs=1e-12) for check in now.pop("checks")
    ]
    assert document == now


def _words(check: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in check.items() if not isinstance(value, float)}


def _numbers(check: dict[str, Any]) -> dict[str, float]:
    return {name: value for name, value in check.items() if isinstance(value, float)}


@pytest.mark.parametrize(("name", "key"), CHEAP)
def test_a_piece_run_again_gives_the_shipped_numbers(name: str, key: str) -> None:
    (piece,) = [piece for piece in REPRODUCTIONS[name].pieces(False) if piece.key == key]
    loaded = shipped.pieces(name)
    assert loaded is not None
    before, now = loaded[1][key], json.loads(json.dumps(piece.run()))
    assert before.keys() == now.keys()
    for field, value in before.items():
        if field != "distance":  # a difference of what is all but equal, in standard errors
            assert now[field] == pytest.approx(value, rel=ORDER_OF_SUMS, abs=1e-9), field


@pytest.mark.parametrize("name", REPRODUCTIONS)
def test_each_panel_opens_in_play_with_its_settings_or_says_why_not(name: str) -> None:
    panels = summary(name)["panels"]
    assert len({panel["title"] for panel in panels}) == len(panels), "the CSV tells panels by their titles"
    for panel in panels:
        if panel["play"] is None:
            assert panel["about_play"].endswith(".")
            continue
        config = Config.from_mapping(panel["play"])
        link = urlsplit(play_link(config))
        assert (link.scheme, link.netloc, link.path) == ("", "", "./")
        opened, speed, warnings = from_query(dict(parse_qsl(link.query, strict_parsing=True)))
        assert (opened, warnings) == (config, []) and math.isfinite(speed)


def test_most_panels_open_in_play() -> None:
    """What cannot be is named here, so that a panel does not lose its link unseen."""
    without = {name for name in REPRODUCTIONS if any(panel["play"] is None for panel in summary(name)["panels"])}
    assert without == {"stochastic-triples", "reinmax-polynomial", "mohamed-2020-logistic-regression"}


def test_what_is_not_finished_is_no_result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shipped, "FOLDER", tmp_path)
    shipped.result.cache_clear()
    try:
        assert shipped.result(REPRODUCTIONS["rebar-relax-toy"]) is None
    finally:
        shipped.result.cache_clear()
