"""What cannot run says why: the sentences, and that they are true."""

import itertools

import pytest

from playground.costs import COSTS
from playground.estimator import Draw
from playground.estimators import ESTIMATORS
from playground.expectation import why_path_undefined, why_undefined
from playground.families import FAMILIES
from tests.replicates import Z, at_grid, bias_in_errors, gradients

SMALL = Draw(4, 3)


@pytest.mark.parametrize("key", list(ESTIMATORS))
def test_what_cannot_run_says_why_in_a_sentence(key: str) -> None:
    """For every family and cost, legal or not; the sentence names what stands in the way."""
    estimator = ESTIMATORS[key]
    for family, cost in itertools.product(FAMILIES, (*COSTS, "sign(x)")):
        problem = at_grid(family, cost).problem
        sentence = estimator.why_not(problem, SMALL)
        if sentence is not None:
            assert sentence.endswith(".") and "\n" not in sentence
            assert problem.family.label in sentence or problem.cost.label in sentence


@pytest.mark.parametrize(
    ("key", "family", "draw", "sentence"),
    [
        (
            "score_function_loo",
            "normal",
            Draw(1, 2),
            "A leave-one-out baseline needs K ≥ 2 with independent sampling, got K = 1.",
        ),
        (
            "score_function_loo",
            "normal",
            Draw(2, 2, "antithetic"),
            "A leave-one-out baseline needs K ≥ 4 with antithetic sampling, got K = 2.",
        ),
        (
            "measure_valued",
            "normal",
            Draw(2, 2, "antithetic"),
            "Measure-valued pairs are coupled already: they are drawn independently, not antithetically.",
        ),
        (
            "enumeration",
            "bernoulli",
            Draw(2, 2, "antithetic"),
            "Enumeration draws no samples, so there is nothing to draw antithetically.",
        ),
        (
            "pathwise",
            "poisson",
            Draw(2, 2),
            "Poisson is not reparameterized in TFP: no path leads through its sample.",
        ),
    ],
)
def test_the_sentences_of_what_cannot_be_drawn(key: str, family: str, draw: Draw, sentence: str) -> None:
    assert ESTIMATORS[key].why_not(at_grid(family, "quadratic").problem, draw) == sentence


@pytest.mark.parametrize("family", list(FAMILIES))
def test_a_path_that_is_refused_would_have_been_wrong(family: str) -> None:
    """The pathwise estimator runs where it is refused too, and misses the exact gradient: for good reason."""
    for cost in COSTS:
        at = at_grid(family, cost)
        if why_undefined(at.problem) or why_path_undefined(at.problem):
            continue  # There is no mean to miss: see test_expectation.py.
        if ESTIMATORS["pathwise"].why_not(at.problem, SMALL) is not None:
            z = bias_in_errors(gradients(at, "pathwise", Draw(64, 1000)), at.gradient)
            assert z.max() > Z, cost
