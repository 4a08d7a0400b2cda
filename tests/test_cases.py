"""Each case's program goes wrong as the case says, and its mended program gives the exact gradient."""

from dataclasses import replace

import pytest

from playground.cases import CASES
from playground.clinic.case import DOCUMENTS, SYMPTOMS, Case, Exact
from playground.errors import InvalidInput
from playground.registry import look_up
from tests.clinic_runs import pair

pytestmark = pytest.mark.xdist_group("clinic")
EACH = pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())


@EACH
def test_the_mistake_does_what_the_case_says(case: Case) -> None:
    broken, _ = pair(case)
    assert broken.trouble == ""
    assert (broken.error, case.says in broken.says) == (case.error, True), broken.says
    if case.error is not None:
        # An error is raised where the mistake is made, or later, where something meets its consequence.
        assert broken.line is not None and broken.line >= case.line_number
        return
    exact = {each.name: each for each in case.exact}
    gradients = dict(broken.gradients)
    assert tuple(name for name, values in gradients.items() if values is None) == case.absent
    spoiled = tuple(name for name, values in gradients.items() if values is not None and not exact[name].holds(values))
    assert spoiled == case.wrong
    assert case.absent or case.wrong, "nothing is wrong with it"


@EACH
def test_mended_it_gives_the_exact_gradient(case: Case) -> None:
    _, mended = pair(case)
    assert (mended.trouble, mended.error, mended.says) == ("", None, "")
    assert {name for name, _ in mended.gradients} == {each.name for each in case.exact}
    for each in case.exact:
        values = mended.gradient(each.name)
        assert each.holds(values), f"{each.name}: {values}, exact {each.values}, within {each.bounds()}"


@EACH
def test_a_case_proves_something(case: Case) -> None:
    """A bound as wide as the gradient itself would hold for any number."""
    for each in case.exact:
        assert max(each.bounds()) < 0.35 * max(map(abs, each.values)) or max(each.bounds()) < 0.05, each


@EACH
def test_symptoms_are_those_of_the_programs(case: Case) -> None:
    shown = {"none": bool(case.absent), "error": case.error is not None, "value": bool(case.wrong)}
    assert {key for key, seen in shown.items() if seen} == set(case.symptoms) - {"keras"}
    layered = any(word in case.broken for word in ("keras.layers", "keras.Sequential", "tfpl.", "DistributionLambda"))
    assert ("keras" in case.symptoms) == layered


@EACH
def test_a_case_is_a_few_lines_that_say_where_they_come_from(case: Case) -> None:
    for code in (case.broken, case.mended):
        assert len(code.splitlines()) <= 20
        assert max(map(len, code.splitlines())) <= 120
    assert case.broken != case.mended
    for document, number in case.snippets:
        assert 1 <= number <= DOCUMENTS[document][1]
    assert all(case.sources.count(thread) == 1 for thread in case.threads)


def test_every_symptom_and_every_document_has_a_case() -> None:
    assert {key for case in CASES.values() for key in case.symptoms} == set(SYMPTOMS)
    assert {document for case in CASES.values() for document, _ in case.snippets} == set(DOCUMENTS)
    assert len(CASES) >= 22


def test_facts_beside_the_gradients() -> None:
    """What the cards tell in words, where it is no gradient."""
    assert pair(CASES["divergence_twice"])[0].fact("losses") == "2"
    assert pair(CASES["scale_below_zero"])[0].fact("cost") == "nan"
    assert "FULLY_REPARAMETERIZED" in pair(CASES["declared_reparameterized"])[0].fact("declared")
    assert pair(CASES["parameter_outside_tape"])[0].fact("trainable variables") == "[[]]"
    for key in ("keras3_lambda", "keras3_lambda_split", "time_distributed_custom"):
        mended = pair(CASES[key])[1]
        assert (mended.fact("batch shape"), mended.fact("event shape")) == ("(4, 10)", "(1,)")


def test_the_inverse_gaussian_gives_each_parameter_the_others_gradient() -> None:
    case = CASES["declared_reparameterized"]
    loc, concentration = case.exact
    broken, _ = pair(case)
    assert replace(loc, name="concentration").holds(broken.gradient("concentration"))
    assert replace(concentration, name="loc").holds(broken.gradient("loc"))


def test_exact_says_how_far_is_too_far() -> None:
    exact = Exact("loc", (2.0, -1.0), (0.1, 0.0))
    assert exact.bounds() == pytest.approx((0.5002, 0.0001))
    assert exact.holds((2.49, -1.0))
    assert not exact.holds((2.51, -1.0))
    assert not exact.holds((2.0, -1.001))
    assert not exact.holds((2.0,))
    assert not exact.holds(None)
    assert not exact.holds((float("nan"), -1.0))


def test_a_case_that_does_not_hold_together_is_refused() -> None:
    case = CASES["sample_outside_tape"]
    with pytest.raises(ValueError, match="unknown symptom"):
        replace(case, symptoms=("noise",))
    with pytest.raises(ValueError, match="found 0 times"):
        replace(case, line="x = 1")
    with pytest.raises(InvalidInput, match="Unknown case 'none': expected one of"):
        look_up(CASES, "none", "case")
