"""README's lists are the registries, and `docs/estimators.md` is what is made from them."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from playground.estimators import ESTIMATORS
from playground.families import FAMILIES
from playground.parameter import Parameter
from tests import estimators_document as document

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SAMPLES = 7


def rows(head: str) -> list[list[str]]:
    """The cells of the README's table whose first line begins with `head`."""
    (table,) = re.findall(rf"^\| {head} .*\n\|[-| ]+\n((?:\|.*\n)+)", README, re.M)
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip("|"))] for line in table.splitlines()]


def default(parameter: Parameter) -> str:
    values = parameter.default if isinstance(parameter.default, tuple) else (parameter.default,)
    return f"`{parameter.name}` " + ", ".join(f"{value:g}".replace("-", "−") for value in values)


def test_the_families_are_all_there_with_their_defaults() -> None:
    kinds = {False: "continuous", True: "discrete"}
    expected = [
        [f"`{key}`", family.label, "; ".join(map(default, family.parameters)), kinds[family.discrete]]
        for key, family in FAMILIES.items()
    ]
    found = [
        [key, label, re.sub(r" \(.*?\)", "", defaults), kind.split(";")[0]]
        for key, label, defaults, kind in rows("Family")
    ]
    assert found == expected


def test_the_estimators_are_all_there_with_what_they_claim() -> None:
    """`yes*` is what holds on some families only."""
    claims = {key: document.unbiased(estimator) for key, estimator in ESTIMATORS.items()}
    expected = [
        [f"`{key}`", estimator.label, "yes*" if "but not" in claims[key] else claims[key]]
        for key, estimator in ESTIMATORS.items()
    ]
    found = rows("Estimator")
    assert [row[:3] for row in found] == expected
    assert {cell for row in found for cell in row[3:8]} == {"✓", "", "✓ᵃ", "✓ᵇ", "recipe", "✗ᶜ"}


def test_the_document_of_the_estimators_is_up_to_date() -> None:
    text = (ROOT / "docs" / "estimators.md").read_text(encoding="utf-8")
    assert text.endswith("\n\n" + document.table()), "`python -m tests.estimators_document` prints the table"


PRICES: dict[str, Callable[[int, int, float], float]] = {
    "K": lambda samples, parameters, own: samples,
    "2K": lambda samples, parameters, own: 2 * samples,
    "3K": lambda samples, parameters, own: 3 * samples,
    "2KP": lambda samples, parameters, own: 2 * samples * parameters,
    "K, and of its slope": lambda samples, parameters, own: samples,
    "2KP, and K more if f depends on θ": lambda samples, parameters, own: 2 * samples * parameters,
    "K + 1, one of them with two derivatives": lambda samples, parameters, own: samples + 1,
    "K + 1, one slope": lambda samples, parameters, own: samples + 1,
    "K + pilot": lambda samples, parameters, own: samples + own,
    "K, and one for each summed atom": lambda samples, parameters, own: samples + own,
    "one for each point of the support, whatever K is": lambda samples, parameters, own: 2,
    "K, and K more for each jump (one for a family with one logit or rate, two for Categorical: up and down)": (
        lambda samples, parameters, own: 2 * samples
    ),
}
"""K, P and the first hyperparameter → the evaluations, for the words of the docstrings; the family is the first one."""


@pytest.mark.parametrize("key", ESTIMATORS)
def test_a_docstring_s_price_is_what_is_counted(key: str) -> None:
    """At the defaults of the first family that it runs on: for the discrete ones a Bernoulli, with two points."""
    estimator = ESTIMATORS[key]
    problem = document.problems(key)[0]
    hyper = {h.parameter.name: h.parameter.default for h in estimator.hyperparameters}
    first = [float(value) for value in hyper.values() if isinstance(value, float | int)] or [0.0]
    expected = PRICES[document.evaluations(key)](SAMPLES, len(problem.names), first[0])
    assert estimator.evaluations(problem, hyper, SAMPLES) == expected
