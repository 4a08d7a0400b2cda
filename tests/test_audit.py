"""The gradient audit: known verdicts by running those rows, the exact values by closed forms, and no false alarm."""

import contextlib
import io
import json
import math
from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from tensorflow_probability import distributions as tfd

from playground.audit import coverage, judge, store, tape
from playground.audit.audit import CASES, FIELDS, VERDICTS, rows_of, versions
from playground.audit.case import Case
from playground.audit.costs import Cost
from playground.audit.exact import exact
from playground.audit.measure import atoms
from playground.audit.replay import replay, script

pytestmark = pytest.mark.xdist_group("audit")  # one process runs the known rows, once
SHIPPED = store.load(store.SHIPPED)[1]
# Distribution → its parameters' verdicts, each run anew here.
KNOWN = {
    "Normal": {"loc": "flows", "scale": "flows"},
    "Cauchy": {"loc": "flows", "scale": "flows"},
    "Cauchy(cost that does not decay)": {"loc": "flows", "scale": "unusable"},
    "VonMises": {"loc": "flows", "concentration": "flows"},
    "Uniform": {"low": "flows", "high": "flows"},
    "InverseGaussian": {"loc": "wrong", "concentration": "wrong"},
    "TruncatedNormal": {"loc": "wrong", "scale": "wrong", "low": "flows", "high": "flows"},
    "NormalInverseGaussian": {"loc": "flows", "scale": "wrong", "tailweight": "wrong", "skewness": "wrong"},
    "MixtureSameFamily(default)": {"logits": "partial", "loc": "flows", "scale": "flows"},
    "Categorical(logits)": {"logits": "absent"},
    "GeneralizedPareto(at concentration 0)": {"loc": "flows", "scale": "flows", "concentration": "absent"},
    "MultivariateNormalDiag": {"loc": "flows", "scale_diag": "flows"},
}


@pytest.fixture(scope="module")
def found() -> dict[str, list[dict[str, Any]]]:
    """The rows of the known ones, run once."""
    return {name: rows_of(CASES[name]) for name in KNOWN}


def shipped(name: str) -> list[dict[str, Any]]:
    return [row for row in SHIPPED if row["distribution"] == name]


@pytest.mark.parametrize("name", KNOWN)
def test_known_verdicts(found: dict[str, list[dict[str, Any]]], name: str) -> None:
    assert {row["parameter"]: row["verdict"] for row in found[name]} == KNOWN[name]


def test_rows_have_the_fields_that_outsiders_rely_on(found: dict[str, list[dict[str, Any]]]) -> None:
    for row in (row for rows in found.values() for row in rows):
        assert tuple(row)[: len(FIELDS)] == FIELDS
        assert row["verdict"] in VERDICTS and row["tape"] in ("value", "None", "zero")
        assert row["declared"] in ("FULLY_REPARAMETERIZED", "NOT_REPARAMETERIZED")
        json.dumps(row, allow_nan=False)
        if row["z"] is not None:
            assert row["z"] == pytest.approx((row["mean"] - row["exact"]) / row["standard_error"])


def test_a_wrong_row_is_far_off_twice_and_a_flowing_one_is_not_and_would_have_been_seen(
    found: dict[str, list[dict[str, Any]]],
) -> None:
    for row in (row for rows in found.values() for row in rows):
        if row["verdict"] == "wrong":
            assert row["stage"] == 1 and abs(row["z"]) > judge.LIMIT
            assert abs(row["mean"] - row["exact"]) > judge.SHARE * abs(row["exact"])
        if row["verdict"] == "flows":
            assert row["largest_z"] < judge.LIMIT
            assert 5.0 * row["standard_error"] < judge.POWER * abs(row["exact"])
        if row["verdict"] == "unusable":
            assert row["draws_needed"] > row["draws"]


def test_what_is_shipped_is_what_runs_now(found: dict[str, list[dict[str, Any]]]) -> None:
    """Verdicts, and on the versions of the file the means as well: seeds are stateless.

    Some of TFP's samplers (TruncatedNormal's) draw other numbers with another number of threads: hence standard errors.
    """
    same = store.load(store.SHIPPED)[0]["versions"]["tensorflow-probability"] == versions()["tensorflow-probability"]
    for name, rows in found.items():
        kept = shipped(name)
        assert [row["verdict"] for row in rows] == [row["verdict"] for row in kept]
        for row, other in zip(rows, kept, strict=True):
            assert row["exact"] == pytest.approx(other["exact"], rel=1e-6)
            if same and row["mean"] is not None and row["verdict"] != "unusable":
                error = 5.0 * math.hypot(row["standard_error"], other["standard_error"])
                assert row["mean"] == pytest.approx(other["mean"], rel=1e-3, abs=error)


def test_the_shipped_rows_are_all_there_and_blame_three_families_only() -> None:
    expected = [(case.name, parameter) for case in CASES.values() for parameter in case.parameters]
    assert [(row["distribution"], row["parameter"]) for row in SHIPPED] == expected
    wrong = {row["distribution"] for row in SHIPPED if row["verdict"] == "wrong"}
    assert wrong == {"InverseGaussian", "TruncatedNormal", "NormalInverseGaussian"}
    assert all(row["declared"] == "FULLY_REPARAMETERIZED" for row in SHIPPED if row["verdict"] == "wrong")
    assert set(Counter(row["verdict"] for row in SHIPPED)) == set(VERDICTS)


def test_every_distribution_of_the_package_has_rows_or_a_reason() -> None:
    audited, left_out = {case.class_name for case in CASES.values()}, coverage.not_audited()
    assert audited | set(left_out) == set(coverage.classes())
    assert not audited & set(left_out)
    assert coverage.UNKNOWN not in left_out.values(), "TFP has a distribution that the tables do not know"


def test_exact_gradients_by_closed_forms() -> None:
    """E[tanh], E[exp] and the like have none; a cosine has, under Cauchy and Normal, and any f under a coin."""
    cosine = Cost("tf.sin(z)", 0.0, 2.0)
    known = exact(CASES["Normal"], {"loc": 0.5, "scale": 1.5}, (cosine,))
    decay = math.exp(-0.5 * 0.75**2)
    assert known.values == pytest.approx([decay * math.sin(0.25)], rel=1e-9)
    assert known.gradients["loc"] == pytest.approx(decay * math.cos(0.25) / 2.0, rel=1e-6)
    assert known.gradients["scale"] == pytest.approx(-0.375 * decay * math.sin(0.25), rel=1e-6)
    cauchy = exact(CASES["Cauchy"], {"loc": 0.5, "scale": 1.5}, (cosine,))
    assert cauchy.gradients["scale"] == pytest.approx(-0.5 * math.exp(-0.75) * math.sin(0.25), rel=1e-3)
    coin = exact(CASES["Bernoulli(probs)"], {"probs": 0.3}, (cosine,))
    assert coin.gradients["probs"] == pytest.approx(math.sin(0.5), rel=1e-7)
    ends = exact(CASES["Uniform"], {"low": -1.0, "high": 2.0}, (cosine,))
    mean = 2.0 * (math.cos(-0.5) - math.cos(1.0)) / 3.0
    assert ends.gradients["high"] == pytest.approx((math.sin(1.0) - mean) / 3.0, rel=1e-6)


def test_the_mean_cost_of_the_samples_is_the_exact_one() -> None:
    """A sampler and a density that disagree would make the gradient's comparison worthless."""
    for name in ("Horseshoe", "BetaQuotient", "Dirichlet", "Inflated", "VonMisesFisher", "Zipf"):
        case = CASES[name]
        known = exact(case, case.points[0])
        values = tape.tape(case, case.points[0], 0, known.costs, 3, 0, 1).values
        assert (np.abs(values.mean - known.values) < 5.0 * values.standard_error).all(), name


def _noisy(loc: tf.Tensor) -> tfd.Distribution:
    """A sampler whose gradient has the right mean, and noise a thousand times as large."""
    noise = tf.random.stateless_normal(tf.shape(loc), [1, 2], dtype=loc.dtype) * 1e4
    return tfd.Normal(loc + noise * (loc - tf.stop_gradient(loc)), tf.ones_like(loc))


def _barely_wrong(loc: tf.Tensor) -> tfd.Distribution:
    """A sampler whose gradient is 5 % too large: wrong. `_nearly_right` is 1 % too large: of no consequence."""
    return tfd.Normal(loc + 0.05 * (loc - tf.stop_gradient(loc)), tf.ones_like(loc))


def _nearly_right(loc: tf.Tensor) -> tfd.Distribution:
    return tfd.Normal(loc + 0.01 * (loc - tf.stop_gradient(loc)), tf.ones_like(loc))


@pytest.mark.parametrize(
    ("make", "verdict"), [(_noisy, "unusable"), (_barely_wrong, "wrong"), (_nearly_right, "flows")]
)
def test_the_judge_on_samplers_of_our_own(make: Any, verdict: str) -> None:
    (row,) = rows_of(Case("Normal(ours)", ({"loc": 0.5},), make))
    assert row["verdict"] == verdict
    if verdict == "unusable":
        assert row["draws_needed"] > row["draws"] > 100_000


def test_a_right_sampler_is_not_blamed_under_any_of_many_seeds() -> None:
    """The stated rate of false alarms is 1e-13 a test; here 5 standard errors would be passed once in 1e4 runs."""
    case = CASES["Exponential"]
    for seed in range(8):
        assert [row["verdict"] for row in rows_of(case, seed)] == ["flows"]
    assert judge.FALSE_ALARM == pytest.approx(0.5 * 5.733e-7**2, rel=1e-3)


def test_a_density_that_is_not_one_is_refused() -> None:
    with pytest.raises(ArithmeticError, match="sums to"):
        exact(Case("Poisson", ({"rate": 3.0},), measure=atoms([0.0, 1.0])), {"rate": 3.0})


def test_few_broken_draws_are_left_out_and_counted() -> None:
    """A Triangular draw of exactly 0 has the gradient NaN, once in 8 million draws."""
    moments = tape.Moments()
    moments.add(np.array([[[1.0]], [[3.0]], [[math.nan]]]))
    assert (moments.count, moments.broken, moments.mean.item()) == (2, 1, 2.0)
    assert moments.standard_error.item() == pytest.approx(1.0)


@pytest.mark.parametrize("name", ["InverseGaussian", "FiniteDiscrete", "Dirichlet", "MixtureSameFamily(default)"])
def test_the_code_of_a_row_runs_and_says_what_the_row_says(name: str) -> None:
    for row in shipped(name):
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(script(row), {})  # our own text, made from a row
        again = replay(row)
        assert again.exact == pytest.approx(row["exact"], rel=1e-6)
        if row["tape"] == "None":
            assert printed.getvalue() == "None\n" and again.gradients is None
            continue
        assert again.gradients is not None
        mean, exact_value = _numbers(printed.getvalue())
        error = again.gradients.std(ddof=1) / math.sqrt(len(again.gradients))
        # Where draws share parameters the program takes the first of the fifty batches.
        batches = 1 if CASES[name].copies else tape.SHARED
        assert abs(mean - again.gradients.mean()) <= 1e-5 + 5.0 * error * math.sqrt(batches) * (batches > 1)
        assert exact_value == pytest.approx(row["exact"], rel=1e-5)


def _numbers(text: str) -> tuple[float, float]:
    mean, exact_value = text.split(" exact: ")
    return float(mean), float(exact_value)


def test_points_keep_their_random_numbers_whatever_else_is_audited() -> None:
    once: Mapping[str, Any] = rows_of(CASES["Gumbel"])[0]
    assert once["mean"] == shipped("Gumbel")[0]["mean"] or once["mean"] == pytest.approx(
        shipped("Gumbel")[0]["mean"], rel=1e-3
    )
    assert rows_of(CASES["Gumbel"], seed=1)[0]["mean"] != once["mean"]
