"""Heavy tails: what has no expectation says so, for every estimator and in the exact values, and is never a number."""

import numpy as np
import pytest
import tensorflow as tf
from tensorflow_probability import distributions as tfd

from playground import exact
from playground.config import Config
from playground.costs import COSTS, default_cost
from playground.errors import InvalidInput
from playground.estimator import Draw
from playground.estimators import ESTIMATORS
from playground.expectation import why_path_undefined, why_undefined
from playground.families import FAMILIES
from tests.closed_forms import problem_of

DEFINED = "exponential cosine step kl".split()


def test_a_cauchy_has_an_expectation_of_what_grows_slower_than_x() -> None:
    assert [key for key in COSTS if why_undefined(problem_of("cauchy", key)) is None] == DEFINED
    for text, defined in [
        ("sqrt(abs(x))", True),
        ("abs(x)**0.9", True),
        ("x*exp(-x**2)", True),
        ("log(1+x**2)", True),
        ("x/(1+abs(x))", True),
        ("sin(x) + 0.1*x**2", False),
        ("x*sin(x)", False),
        ("maximum(x, 0)", False),
        ("exp(0.01*x)", False),
    ]:
        assert (why_undefined(problem_of("cauchy", text)) is None) == defined, text
        assert why_undefined(problem_of("normal", text)) is None


def test_what_has_no_expectation_is_a_sentence_and_never_a_number() -> None:
    problem = problem_of("cauchy", "quadratic")
    known = exact.reference(problem, [1.0, 1.0])
    assert np.isnan(known.expected_cost) and np.all(np.isnan(known.gradient)) and known.gradient.shape == (2,)
    assert known.reason is not None and known.reason.startswith("Cauchy has no expected quadratic cost: the tails")
    for estimator in ESTIMATORS.values():
        assert estimator.why_not(problem, Draw(4, 2)) == known.reason
    with pytest.raises(InvalidInput, match="Cauchy has no expected quadratic cost"):
        Config.create("cauchy", cost="quadratic", estimators="score_function")


def test_a_family_opens_with_a_cost_that_it_has_an_expectation_of() -> None:
    found = {key: default_cost(family) for key, family in FAMILIES.items()}
    assert found.pop("cauchy") == "exponential" and set(found.values()) == {"quadratic"}
    assert Config.create("cauchy").cost == "exponential"


def test_a_path_along_which_the_slope_does_not_fade_has_no_mean() -> None:
    """cos x has an expectation under a Cauchy, but E|x sin x| is infinite: means of the path's terms go on jumping."""
    wave, well = problem_of("cauchy", "cosine"), problem_of("cauchy", "exponential")
    sentence = why_path_undefined(wave)
    assert ESTIMATORS["pathwise"].why_not(wave, Draw(4, 2)) == sentence and sentence is not None
    assert ESTIMATORS["pathwise"].why_not(well, Draw(4, 2)) is None and why_path_undefined(well) is None
    distance = tfd.Cauchy(tf.constant(1.0), 1.0).sample(100_000, seed=(2, 7)).numpy() - 1.0
    terms = -np.sin(1.0 + distance) * distance
    largest = np.sort(np.abs(terms))
    assert largest[-10:].sum() > 0.1 * largest.sum(), "ten of 100 000 terms make a tenth of the sum"


@pytest.mark.parametrize("concentration", [1.5, 2.0])
def test_a_tail_that_theta_makes_too_heavy_is_told_of_at_that_theta(concentration: float) -> None:
    for key in ("pareto", "inverse_gamma"):
        known = exact.reference(problem_of(key, "quadratic"), [concentration, 1.0])
        assert known.reason is not None and known.reason.startswith("The expected cost is not finite")
        assert exact.reference(problem_of(key, "quadratic"), [3.0, 1.0]).reason is None
