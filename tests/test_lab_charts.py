"""The lab's charts on every view, and the words that are read off the curves."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from playground.chart import lane_of
from playground.charts.lab import CHARTS
from playground.charts.lab.atlas import CHART as ATLAS
from playground.estimators import ESTIMATORS
from playground.experiment import experiment_of
from playground.families import FAMILIES
from playground.lab.config import LabConfig
from playground.lab.measures import MEASURES
from playground.lab.scene import LabScene
from playground.lab.series import series, stretches
from playground.lab.training import LabMoment
from playground.sweeps.row import Row
from playground.ui.query_params import from_query
from tests.chart_checks import check_charts, moments
from tests.test_lab_training import SMALL, finished

ATLAS_FIELDS: dict[str, Any] = {"view": "atlas", "cost": "cosine", "cost_params": {"k": 2.5}, "samples": 8}
VIEWS = {
    "sweep": ({**SMALL, "estimators": ["pathwise", "score_function_loo"]}, {"sweep", "mean"}),
    "no dimension two": ({"family": "exponential", "over": "rate", "count": 2, "replicates": 100}, {"sweep", "mean"}),
    "atlas": (ATLAS_FIELDS, {"atlas"}),
    "cloud": ({"view": "cloud", "replicates": 100}, {"cloud"}),
    "strip": ({"view": "cloud", "family": "bernoulli", "estimators": ["enumeration", "arm"], "samples": 4}, {"cloud"}),
    "advice": ({"view": "advice", "family": "poisson", "budget": 1, "replicates": 100}, {"ranking"}),
}


@pytest.mark.parametrize("view", VIEWS)
def test_every_chart_is_drawn_before_and_after_some_steps(view: str) -> None:
    given, keys = VIEWS[view]
    assert check_charts(LabConfig.create(**given)) == keys


@pytest.mark.parametrize("measure", MEASURES)
def test_every_measure_is_drawn_and_told(measure: str) -> None:
    moment = finished(LabConfig.create(**SMALL, measure=measure))
    scene = LabScene.of(moment)
    chart = CHARTS["sweep"]
    drawn = {feed.attribute: np.asarray(feed.read(moment)) for feed in chart.draw(scene).feeds}
    assert len(drawn["x"]) == 3 and 20 < len(chart.caption(scene, moment)) < 420
    if measure not in ("bias_squared",):
        assert np.all(np.isfinite(drawn["y"]))


def test_no_chart_is_without_a_view() -> None:
    assert set().union(*(keys for _, keys in VIEWS.values())) == set(CHARTS)
    assert experiment_of(LabConfig.create()).charts is CHARTS


def row(estimator: str, value: float, **numbers: float) -> Row:
    """A row with what a test says of it."""
    given = dict.fromkeys(Row.__dataclass_fields__) | {
        "family": "normal", "cost": "cosine", "estimator": estimator, "over": "k", "value": value, "samples": 4,
        "replicates": 100, "parameter": "all", "evaluations": 4, "config": "{}",
    }  # fmt: skip
    return Row(**given | numbers)  # type: ignore[arg-type]


def with_rows(*rows: Row) -> LabMoment:
    return replace(moments(LabConfig.create(**SMALL))[0], rows=rows)


def test_the_winner_changes_where_the_curves_cross_and_noise_makes_none() -> None:
    a, b = lane_of(0, "pathwise"), lane_of(1, "score_function")
    moment = with_rows(
        row("pathwise", 1.0, variance=1.0, variance_error=0.1),
        row("score_function", 1.0, variance=5.0, variance_error=0.1),
        row("pathwise", 2.0, variance=2.0, variance_error=0.1),
        row("score_function", 2.0, variance=2.1, variance_error=0.1),
        row("pathwise", 3.0, variance=9.0, variance_error=0.1),
        row("score_function", 3.0, variance=2.0, variance_error=0.1),
        row("pathwise", 4.0, variance=9.0, variance_error=0.1),  # the other one is still to come
    )
    found = stretches(moment, (a, b), MEASURES["variance"], "all")
    assert [(s.first, s.last, s.lanes) for s in found] == [(1.0, 1.0, (a,)), (2.0, 2.0, (a, b)), (3.0, 3.0, (b,))]


def test_exact_variances_tell_apart_what_measured_ones_do_not() -> None:
    a, b = lane_of(0, "pathwise"), lane_of(1, "score_function")
    moment = with_rows(
        row("pathwise", 1.0, variance=1.1, variance_error=0.5, exact_variance=1.0),
        row("score_function", 1.0, variance=0.9, variance_error=0.5, exact_variance=1.2),
    )
    (found,) = stretches(moment, (a, b), MEASURES["variance"], "all")
    assert found.lanes == (a,)


def test_a_bias_below_its_noise_is_a_gap() -> None:
    moment = with_rows(
        row("pathwise", 1.0, bias_squared=0.1, bias_squared_error=0.2),
        row("pathwise", 2.0, bias_squared=0.9, bias_squared_error=0.2),
        row("pathwise", 3.0, bias_squared=-0.1, bias_squared_error=0.2),
    )
    np.testing.assert_array_equal(series(moment, "pathwise", MEASURES["bias_squared"], "all").y, [np.nan, 0.9, np.nan])


def test_a_cell_of_the_atlas_opens_in_play_and_what_cannot_run_says_why() -> None:
    traces = ATLAS.draw(LabScene.of(moments(LabConfig.create(**ATLAS_FIELDS), 0)[0])).figure.data
    trace = traces[0]
    i, j = list(FAMILIES).index("gamma"), list(ESTIMATORS).index("measure_valued")
    address = trace.customdata[i][j]
    query = dict(part.split("=") for part in address.removeprefix("./?").split("&"))
    play, _, warnings = from_query({name: value.replace("%2C", ",") for name, value in query.items()})
    assert not warnings
    assert (play.family, play.cost, dict(play.cost_params), play.estimators, play.samples) == (
        "gamma", "cosine", {"k": 2.5}, ("measure_valued",), 8,
    )  # fmt: skip
    i, j = list(FAMILIES).index("poisson"), list(ESTIMATORS).index("pathwise")
    assert trace.customdata[i][j] is None
    reason = ESTIMATORS["pathwise"].why_not(play.problem.at_defaults(FAMILIES["poisson"], play.problem.cost), play.draw)
    assert str(reason).split()[0] in trace.text[i][j]
    hatched = next(other for other in traces if other.name == "cannot run" and other.type == "scatter")
    closed = {(i, j) for i, line in enumerate(trace.customdata) for j, link in enumerate(line) if link is None}
    assert set(zip(hatched.y, hatched.x, strict=True)) == closed


def test_captions_say_so_where_nothing_can_run() -> None:
    moment = finished(LabConfig.create(family="poisson", estimators=["pathwise"], over="rate", count=2, replicates=100))
    scene = LabScene.of(moment)
    assert all("None of those" in CHARTS[key].caption(scene, moment) for key in ("sweep", "mean"))


@pytest.mark.parametrize(
    ("exact", "said"),
    [
        ((1.0, 1.0), "exact. None is more than 4 standard errors away."),
        ((1.0, None), "None is more than 4 standard errors away, where an exact value is known."),
        ((None, None), "no exact value is known here."),
        ((1.0, 2.0), "Farthest from it: pathwise, by up to 1."),
    ],
)
def test_a_mean_is_called_near_only_where_the_exact_one_is_known(exact: tuple[float | None, ...], said: str) -> None:
    rows = (row("pathwise", float(i), parameter="loc", mean=1.0, mean_error=0.1, exact=e) for i, e in enumerate(exact))  # type: ignore[arg-type]
    moment = with_rows(*rows)
    assert CHARTS["mean"].caption(LabScene.of(moment), moment).endswith(said)
