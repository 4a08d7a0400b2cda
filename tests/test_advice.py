"""Which estimator should I use, and the atlas: what a budget buys, who is compared with whom, and what is said of it.

The comparisons of sampled numbers are held to 5 of their standard errors: 1e-6 false alarms for a new seed.
"""

import dataclasses
import math
from typing import Any

import pytest

from playground.errors import InvalidInput
from playground.estimator import Draw
from playground.estimators import ESTIMATORS
from playground.families import FAMILIES
from playground.sweeps import advice, atlas
from playground.sweeps.advice import Choice, Question
from playground.sweeps.row import ALL, Row
from playground.sweeps.task import run_task

Z = 5.0
PROBLEMS = (
    {"cost": "sin(x) + 0.1*x**2"},
    {"cost": "step"},
    {"family": "bernoulli", "cost": "quadratic"},
    {"family": "binomial", "cost": "kl"},
)


def price(question: Question, key: str, samples: int) -> int:
    own = {h.parameter.name: h.parameter.default for h in ESTIMATORS[key].hyperparameters}
    return ESTIMATORS[key].evaluations(question.config.problem, own, samples)


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: "-".join(problem.values()))
@pytest.mark.parametrize("sampling", ["independent", "antithetic"])
@pytest.mark.parametrize("budget", [1, 7, 1001])
def test_the_budget_buys_all_it_can(problem: dict[str, str], sampling: str, budget: int) -> None:
    question = Question.create(budget, sampling=sampling, **problem)
    for key, estimator in ESTIMATORS.items():

        def runs(samples: int, key: str = key) -> bool:
            draw = Draw(samples, 2, sampling)
            return ESTIMATORS[key].why_not(question.config.problem, draw) is None and (
                price(question, key, samples) <= budget
            )

        found = advice.afford(question, estimator)
        if isinstance(found, int):
            assert runs(found)
            if price(question, key, found + 2) > price(question, key, found):
                assert not runs(found + 1) and not runs(found + 2)
        else:
            assert not any(runs(samples) for samples in (*range(1, 9), budget, budget + 1))
            assert found.endswith(".") and "\n" not in found
    tasks = advice.tasks(question)
    refused = dict(advice.rank(question, ()).refused)
    assert {task.estimator for task in tasks} | set(refused) == set(ESTIMATORS)
    assert not {task.estimator for task in tasks} & set(refused)


def test_what_has_no_gradient_is_refused_to_all() -> None:
    question = Question.create(10, family="cauchy", cost="quadratic")
    assert advice.tasks(question) == ()
    assert all("no expected" in str(advice.afford(question, estimator)) for estimator in ESTIMATORS.values())


def answer(question: Question, *keys: str) -> tuple[dict[str, Choice], advice.Advice]:
    rows = [row for task in advice.tasks(question) if task.estimator in keys for row in run_task(task)]
    found = advice.rank(question, rows)
    return {choice.estimator: choice for choice in found.ranked}, found


def test_the_ranking_at_equal_cost() -> None:
    """N(1, 1), (x − 0)²: by loc and scale together the path varies by (4 + 16 + …)/K, worked out by quadrature."""
    question = Question.create(40, cost="quadratic")
    found, whole = answer(question, "pathwise", "score_function", "measure_valued", "finite_difference")
    assert list(found) == ["pathwise", "measure_valued", "finite_difference", "score_function"]
    assert {key: choice.samples for key, choice in found.items()} == {
        "pathwise": 40,
        "score_function": 40,
        "measure_valued": 10,
        "finite_difference": 10,
    }
    assert all(choice.evaluations == 40 for choice in found.values())
    errors = [choice.mean_squared_error or 0.0 for choice in whole.ranked]
    assert errors == sorted(errors)
    for key in ("pathwise", "score_function"):
        choice = found[key]
        assert choice.exact and choice.mean_squared_error == choice.row.exact_variance and choice.error == 0.0
        assert abs(choice.row.variance - choice.variance) < Z * choice.row.variance_error  # type: ignore[operator]
    ratio = errors[-1] / errors[0]
    assert found["pathwise"].why.startswith("Uses the slope of f; one evaluation a sample buys K = 40; has the least")
    assert "4 evaluations a sample buy K = 10" in found["measure_valued"].why
    assert "its noise grows with the level of f" in found["score_function"].why
    assert f"{ratio:,.3g} times the mean squared error of pathwise" in found["score_function"].why
    assert "One estimate takes at least 1001" in dict(whole.refused)["score_function_optimal_baseline"]


def test_biases_are_weighed_with_variances() -> None:
    """Where a sentence says that bias² outweighs the variance, it does from that budget on."""
    problem = {"family": "bernoulli", "params": {"logits": 0.8}, "cost": "(x - 0.45)**2"}
    found, whole = answer(Question.create(60, **problem), "gumbel_softmax", "straight_through", "enumeration")
    assert whole.ranked[0].estimator == "enumeration" and "has no error at all" in whole.ranked[0].why
    assert "takes 2 evaluations, whatever K is" in whole.ranked[0].why
    choice = found["gumbel_softmax"]
    assert choice.bias_squared and choice.variance and choice.mean_squared_error
    assert choice.mean_squared_error == pytest.approx(choice.bias_squared + choice.variance)
    assert f"bias² is {100 * choice.bias_squared / choice.mean_squared_error:.2g} % of its error" in choice.why
    crossing = math.ceil(choice.variance * choice.evaluations / choice.bias_squared)
    at = answer(Question.create(crossing, **problem), "gumbel_softmax")[0]["gumbel_softmax"]
    # The variance falls as 1/K, here rounded up to a whole K; both are sampled, to some per cent.
    assert at.bias_squared and at.variance and 0.7 < at.variance / at.bias_squared < 1.2


def test_without_an_exact_gradient_a_bias_is_not_ranked() -> None:
    question = Question.create(10, family="poisson", params={"rate": 0.5}, cost="exp(x**2)")
    found, whole = answer(question, "finite_difference", "score_function")
    assert whole.ranked[-1].estimator == "finite_difference"
    assert found["finite_difference"].mean_squared_error is None
    assert "nobody knows how much" in found["finite_difference"].why


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"budget": 0}, "`budget` must be between 1"),
        ({"estimators": ["pathwise"]}, "Unknown field 'estimators'"),
        ({"cost": "x +"}, "x +"),
    ],
)
def test_what_is_no_question(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidInput) as error:
        Question.from_mapping(wrong)
    assert said in str(error.value)


@pytest.fixture(scope="module")
def cells() -> dict[tuple[str, str], atlas.Cell]:
    keys = ("score_function", "score_function_loo", "straight_through", "enumeration", "pathwise")
    spec = atlas.AtlasSpec.create("quadratic", samples=2, replicates=2000)
    assert atlas.AtlasSpec.from_mapping(spec.to_mapping()) == spec
    tasks = spec.tasks()
    assert {(task.family, task.estimator) for task in tasks} == {(f, e) for f in FAMILIES for e in ESTIMATORS}
    assert atlas.tasks("quadratic", samples=2, replicates=2000) == tasks
    chosen = [t for t in tasks if t.family in ("normal", "bernoulli", "cauchy", "uniform") and t.estimator in keys]
    rows = [row for task in chosen for row in run_task(task)]
    return {(cell.family, cell.estimator): cell for cell in atlas.cells(rows)}


def test_an_atlas_compares_within_a_family(cells: dict[tuple[str, str], atlas.Cell]) -> None:
    path, score = cells["normal", "pathwise"], cells["normal", "score_function"]
    assert path.relative == 0.0 and path.unbiased
    assert score.row.variance and path.row.variance
    assert score.relative == pytest.approx(math.log10(score.row.variance / path.row.variance))
    still = cells["bernoulli", "enumeration"]
    assert still.noiseless and still.relative is None and still.reason is None
    # A uniform's score is the same for all x: leave-one-out adds up to 0, but for rounding, and is biased.
    lost = cells["uniform", "score_function_loo"]
    assert lost.noiseless and lost.relative is None and lost.unbiased is False and lost.row.exact
    unbiased = [cells["bernoulli", key].relative for key in ("score_function", "score_function_loo")]
    assert min(value for value in unbiased if value is not None) == 0.0
    assert cells["bernoulli", "straight_through"].unbiased is False
    assert cells["bernoulli", "straight_through"].relative is not None
    assert "not reparameterized" in (cells["bernoulli", "pathwise"].reason or "")
    assert all("no expected" in (cell.reason or "") for (family, _), cell in cells.items() if family == "cauchy")


def test_a_cell_without_a_finite_variance_says_so(cells: dict[tuple[str, str], atlas.Cell]) -> None:
    broken: Row = dataclasses.replace(cells["normal", "score_function"].row, variance=None, parameter=ALL)
    (cell,) = atlas.cells([broken])
    assert cell.relative is None and "too large for float32" in (cell.reason or "")
