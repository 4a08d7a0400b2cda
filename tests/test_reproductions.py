"""The reproductions: what a check says, what is kept of a stopped run, what is written, and each result, quickly.

Seeds are fixed. Quick runs have fewer steps, replicates and settings, and tolerances that follow from what was sampled.
"""

import csv
import dataclasses
import io
import json
import math
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from playground.config import Config
from playground.errors import InvalidInput
from playground.reproduction import checkpoint, logistic
from playground.reproduction import gaussian_variances as gaussian
from playground.reproduction.figure import rows_of
from playground.reproduction.progress import Progress
from playground.reproduction.reproduction import Check, Line, Panel, Piece, Pieces, Reproduction, Result
from playground.reproduction.run import run
from playground.reproductions import REPRODUCTIONS
from playground.reproductions import mohamed_2020_fig2 as fig2
from playground.reproductions import mohamed_2020_fig3 as fig3
from playground.reproductions import reinmax_polynomial as reinmax
from playground.reproductions import stochastic_triples as triples

NAMES = (
    "biased-fixed-points mohamed-2020-fig2 mohamed-2020-fig3 arm-disarm-toy rebar-relax-toy sticking-the-landing "
    "stochastic-triples reinmax-polynomial mohamed-2020-logistic-regression"
).split()


def toy(fail_at: int | None = None, calls: list[int] | None = None) -> Reproduction:
    """Three pieces, one of which may be interrupted."""

    def piece(number: int) -> dict[str, Any]:
        if calls is not None:
            calls.append(number)
        if number == fail_at:
            raise KeyboardInterrupt
        return {"value": number / 3.0}

    def piece_of(number: int) -> Piece:
        return Piece(f"piece {number}", lambda: piece(number))

    def conclude(found: Pieces, quick: bool) -> Result:
        values = [found[f"piece {number}"]["value"] for number in range(3)]
        line = Line("a < b & c", [0.0, 1.0, 2.0], values)
        return Result((Check("last", 2.0 / 3.0, values[-1], 1e-12, "exact"),), (Panel("t", "x", "y", (line,)),))

    return Reproduction(
        "toy", "Toy", "Nobody", "A claim.", lambda quick: tuple(piece_of(number) for number in range(3)), conclude
    )


def test_the_registry_and_the_manual_have_them_all() -> None:
    assert list(REPRODUCTIONS) == NAMES
    manual = (Path(__file__).parent.parent / "docs" / "reproductions.md").read_text()
    assert [name for name in NAMES if f"`{name}`" not in manual] == []


@pytest.mark.parametrize(
    ("relation", "measured", "holds"),
    [
        ("=", 1.05, True), ("=", 1.2, False), ("=", 0.8, False), ("=", math.nan, False),
        ("<", 1.05, True), ("<", 0.0, True), ("<", 1.2, False), (">", 0.95, True), (">", 2.0, True), (">", 0.8, False),
        (">", math.inf, False),
    ],
)  # fmt: skip
def test_a_check(relation: str, measured: float, holds: bool) -> None:
    assert Check("it", 1.0, measured, 0.1, "why", relation).holds is holds


def test_a_stopped_run_goes_on_and_says_the_same(tmp_path: Path) -> None:
    whole = run(toy(), tmp_path / "whole")
    with pytest.raises(KeyboardInterrupt):
        run(toy(fail_at=1), tmp_path / "stopped")
    kept = tmp_path / "stopped" / "toy.partial.jsonl"
    with kept.open("a") as file:
        file.write('{"piece": "piece 1", "fou')  # as if the machine had gone down while it wrote
    calls: list[int] = []
    again = run(toy(calls=calls), tmp_path / "stopped")
    assert calls == [1, 2]
    assert (again.pieces, again.resumed, whole.resumed) == (3, 1, 0)
    for kind in ("html", "svg", "csv", "json"):
        texts = [done.files[kind].read_text() for done in (whole, again)]
        # Plotly gives each picture a random name.
        assert len(texts[0]) == len(texts[1]) if kind == "html" else texts[0] == texts[1]
    assert not kept.exists(), "the next run is a new one"


@pytest.mark.parametrize("content", ['{"reproduction": "other"}\n', "no JSON\n", '{"quick": true}\n{}\n', "[]\n[]\n"])
def test_a_checkpoint_of_something_else_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "toy.partial.jsonl").write_text(content)
    with pytest.raises(InvalidInput, match="another folder"):
        run(toy(), tmp_path)
    assert (tmp_path / "toy.partial.jsonl").read_text() == content


def test_quick_and_full_do_not_mix(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        run(toy(fail_at=2), tmp_path, quick=True)
    with pytest.raises(InvalidInput, match='"quick": true'):
        run(toy(), tmp_path)


def test_what_cannot_be_said_in_json_is_not_kept(tmp_path: Path) -> None:
    piece = Piece("it", lambda: {"value": math.nan})
    with pytest.raises(ValueError, match="JSON"):
        checkpoint.finish(tmp_path / "file", {}, [piece])
    assert checkpoint.load(tmp_path / "file", {}) == {}


class Terminal(io.StringIO):
    """A stream that is a terminal, or says so."""

    def __init__(self, is_terminal: bool) -> None:
        super().__init__()
        self.is_terminal = is_terminal

    def isatty(self) -> bool:
        return self.is_terminal


@pytest.mark.parametrize(
    ("terminal", "seconds", "shown"), [(True, 10.0, True), (True, 1.0, False), (False, 10.0, False)]
)
def test_progress_is_for_those_who_wait_at_a_terminal(
    monkeypatch: pytest.MonkeyPatch, terminal: bool, seconds: float, shown: bool
) -> None:
    stream, times = Terminal(terminal), iter([0.0, seconds])
    monkeypatch.setattr("sys.stderr", stream)
    progress = Progress(4, clock=lambda: next(times))
    progress.show(2, "the third")
    progress.clear()
    assert ("2 of 4  the third" in stream.getvalue()) is shown
    assert (stream.getvalue() == "") is not shown


@pytest.mark.parametrize("log", [False, True])
def test_the_still_picture_has_every_curve(tmp_path: Path, log: bool) -> None:
    lines = (
        Line("one", [1.0, 2.0, 300.0], [0.5, math.nan, 20.0]),
        Line("dots", [1.0, 2.0], [0.0, 3.0], points=True),
        Line("true", [1.0, 3.0], [2.0, 2.0], exact=True),
    )
    panel = Panel("A & B", "x", "y", lines, log_x=log, log_y=log)
    odd = dataclasses.replace(toy(), conclude=lambda found, quick: Result((), (panel, panel, panel)))
    done = run(odd, tmp_path)
    root = ElementTree.parse(done.files["svg"]).getroot()
    names = [element.tag.split("}")[1] for element in root.iter()]
    assert names.count("polyline") == 2 * 3
    assert names.count("circle") == (1 if log else 2) * 3, "0 has no logarithm"
    assert "nan" not in done.files["svg"].read_text()


@pytest.mark.parametrize("name", NAMES)
def test_it_reproduces(name: str, tmp_path: Path) -> None:
    """Quickly. The files hold what was found, and Play opens with what a panel says."""
    done = run(REPRODUCTIONS[name], tmp_path, quick=True)
    broken = [check for check in done.result.checks if not check.holds]
    assert done.result.checks and broken == []
    assert all(check.reason for check in done.result.checks)
    with done.files["csv"].open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(rows_of(done.result.panels)) > 10
    document = json.loads(done.files["json"].read_text())
    assert document["reproduces"] is True and document["quick"] is True
    ElementTree.parse(done.files["svg"])
    assert "plotly" in done.files["html"].read_text().lower() and (tmp_path / "plotly.min.js").exists()
    for panel in document["panels"]:
        if panel["play"] is not None:
            assert Config.from_mapping(panel["play"]).to_mapping() == panel["play"]


@pytest.mark.parametrize("k", [-3.0, 0.0, 2.0])
def test_the_integrals_are_the_closed_forms(k: float) -> None:
    found = gaussian.variances(lambda x: (x - k) ** 2, lambda x: 2.0 * (x - k))
    for key, expected in fig2.by_hand(k).items():
        assert found[key][0] == pytest.approx(expected, rel=1e-9)
    d = 1.0 - k
    assert found["pathwise"][1] == pytest.approx(4.0 * d**2 + 8.0, rel=1e-9)
    assert found["measure_valued"][1] == pytest.approx(4.0 * d**2 + 4.0, rel=1e-9)


def test_a_wrong_variance_would_be_seen() -> None:
    """Power: 1 % off at the replicates of the full run is far beyond 5 standard errors for pathwise."""
    found = gaussian.sampled("quadratic", {"target": 0.0}, 400_000)["pathwise"]
    assert gaussian.worst([12.0], [found["variance"][1]], [found["error"][1]]) < 5.0
    assert gaussian.worst([12.0 * 1.1], [found["variance"][1]], [found["error"][1]]) > 5.0


def test_the_crossing_is_one() -> None:
    lead = fig3._lead(0)
    assert lead(1.05) < 0.0 < lead(1.08)
    assert fig3.crossing(lambda k: k - 1.5, 0.0, 4.0) == pytest.approx(1.5)


@pytest.mark.parametrize("key", ["straight_through", "straight_through_gumbel", "reinmax", "reinforce"])
def test_the_vectorised_bits_have_the_mean_they_should(key: str) -> None:
    """Against the closed forms, at 5 standard errors over bits and draws; REINFORCE's is the exact gradient."""
    power, phi = 3.0, tf.fill([reinmax.BITS], -0.7)
    draws = np.stack(
        [reinmax.bits_gradient(key, power, phi, tf.constant([1, index])).numpy() for index in range(200)]
    ).astype(np.float64) * reinmax.BITS  # fmt: skip
    theta = 1.0 / (1.0 + math.exp(0.7))
    first, last = reinmax.slopes(power)
    odds = theta * (1.0 - theta)
    u = (np.arange(100_000) + 0.5) / 100_000
    scores = -0.7 + np.log(u) - np.log1p(-u)
    soft = 1.0 / (1.0 + np.exp(-scores))
    expected = {
        "straight_through": odds * (theta * last + (1.0 - theta) * first),
        "straight_through_gumbel": float(np.mean(soft * (1.0 - soft) * np.where(scores > 0.0, last, first))),
        "reinmax": 0.5 * odds * (first + last),
        "reinforce": odds * (0.55**power - 0.45**power),
    }[key]
    means = draws.mean(axis=1)
    assert abs(means.mean() - expected) < 5.0 * means.std(ddof=1) / math.sqrt(len(means))


def test_the_divergence_of_the_triples() -> None:
    """By hand and by the engine's own sum; the least is where its slope is 0."""
    problem = triples.PROBLEM
    from playground import exact

    at = exact.reference(problem, (10.0,))
    assert at.expected_cost == pytest.approx(triples.divergence(10.0), rel=1e-9)
    assert exact.reference(problem, (triples.optimum(),)).gradient[0] == pytest.approx(0.0, abs=1e-6)


def _mean_and_error(rows: Callable[[int], np.ndarray], count: int) -> tuple[np.ndarray, np.ndarray]:
    values = np.stack([rows(index) for index in range(count)]).astype(np.float64)
    return values.mean(axis=0), values.std(axis=0, ddof=1) / math.sqrt(count)


@pytest.mark.parametrize("key", ["measure-valued", "leave-one-out", "score function"])
def test_the_logistic_gradients_agree_with_pathwise(key: str) -> None:
    """On one minibatch: 62 elements at 5 standard errors of the difference, wrongly red with probability 4e-5."""
    size = logistic.data().shape[1]
    phi = tf.constant(np.concatenate([np.linspace(-0.3, 0.3, size), np.full(size, -1.5)]), tf.float32)

    def rows(name: str) -> Callable[[int], np.ndarray]:
        compiled = tf.function(
            lambda index: logistic.loss_gradient(
                name, phi, logistic.first_state(), tf.stack([7, index]), tf.constant([3, 3])
            )[0],
            autograph=False,
        )
        return lambda index: compiled(tf.constant(index)).numpy()

    (mean, error), (other, other_error) = _mean_and_error(rows("pathwise"), 300), _mean_and_error(rows(key), 300)
    assert np.all(np.abs(mean - other) < 5.0 * np.hypot(error, other_error) + 1e-4)


def test_the_data_are_those_of_scikit_learn() -> None:
    from sklearn.datasets import load_breast_cancer

    bunch = load_breast_cancer()
    x = (bunch.data - bunch.data.mean(axis=0)) / bunch.data.std(axis=0)
    signs = 2.0 * bunch.target - 1.0
    rows = logistic.data()
    assert rows.shape == (569, 31)
    np.testing.assert_allclose(rows[:, :30] * signs[:, np.newaxis], x, atol=1e-4)
    np.testing.assert_array_equal(rows[:, 30], signs)
