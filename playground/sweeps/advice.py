"""Which estimator should I use? Each legal one with all the samples that a budget buys, by mean squared error."""

import functools
import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from playground.config import Config
from playground.estimator import Draw, Estimator, no_state
from playground.estimators import ESTIMATORS
from playground.measure import ROUNDING
from playground.problem import Problem
from playground.sweeps.row import ALL, Row
from playground.sweeps.task import Task
from playground.values import integer, known_fields

MOST_EVALUATIONS = 100_000
MOST_SAMPLES_IN_ALL = 2**21  # K × R of one measurement.
REPLICATES = (200, 20_000)  # The fewest, however many samples each takes, and the most.
FEW = 8  # Samples from which no estimator asks for more.
SEEN = 3.0  # Standard errors at which a bias is called one.


@dataclass(frozen=True)
class Question:
    """A learner's own problem. Make it with `Question.create`.

    Attributes:
      config: The problem, sampling and seed; its estimator and what else it says are not looked at.
      budget: Evaluations of f that one estimate of the gradient may take. A slope of f is counted with its evaluation.
    """

    config: Config
    budget: int

    @classmethod
    def create(cls, budget: Any = 100, **problem: Any) -> "Question":
        """Validates plain values and fills in defaults.

        Args:
          budget: Evaluations of f an estimate.
          **problem: family, params, cost, cost_params, sampling, seed, as `Config.create` takes them.

        Raises:
          InvalidInput: One sentence on the first thing that is wrong.
        """
        config = Config.create(**problem, estimators=["score_function"], samples=1, replicates=2, must_run=False)
        return cls(config, integer("budget", budget, 1, MOST_EVALUATIONS))

    @classmethod
    def from_mapping(cls, mapping: Any) -> "Question":
        """From plain JSON; keys that are not there take their defaults, unknown ones are refused."""
        return cls.create(**known_fields(mapping, {"budget", *PROBLEM}))

    def task(self, estimator: str, samples: int) -> Task:
        """Its measurement at its default hyperparameters, with as many replicates as a second or so allows."""
        fewest, most = REPLICATES
        replicates = max(fewest, min(most, MOST_SAMPLES_IN_ALL // samples))
        plain = self.config.to_mapping()
        problem = {name: plain[name] for name in PROBLEM}
        return Task.of(problem | {"estimators": [estimator], "samples": samples, "replicates": replicates})


PROBLEM = ("family", "params", "cost", "cost_params", "sampling", "seed")


@dataclass(frozen=True)
class Choice:
    """An estimator that the budget can pay for.

    Attributes:
      estimator: Its key.
      samples, evaluations: The K that the budget buys, and the evaluations of f that it takes.
      mean_squared_error, error: Of one estimate, summed over θ, and its standard error; 0 where it is exact. None where
        it is biased and no exact gradient is known to say how much.
      variance, bias_squared: What it is made of; an unbiased estimator's bias is 0, a biased one's is measured.
      exact: Whether the variance is exact, and not sampled.
      why: One sentence: what it costs, and how it compares.
      row: What was measured.
    """

    estimator: str
    samples: int
    evaluations: int
    mean_squared_error: float | None
    error: float | None
    variance: float | None
    bias_squared: float | None
    exact: bool
    why: str
    row: Row


@dataclass(frozen=True)
class Advice:
    """The answer.

    Attributes:
      ranked: The best first; those of no known error last.
      refused: What cannot run or cannot be paid for: keys and sentences.
    """

    ranked: tuple[Choice, ...]
    refused: tuple[tuple[str, str], ...]


def tasks(question: Question) -> tuple[Task, ...]:
    """What is to be measured: each estimator that runs, with the largest K that it can afford."""
    found = ((key, afford(question, estimator)) for key, estimator in ESTIMATORS.items())
    return tuple(question.task(key, samples) for key, samples in found if isinstance(samples, int))


@functools.lru_cache(maxsize=1024)  # a ranking asks again with each new row
def afford(question: Question, estimator: Estimator) -> int | str:
    """The largest K that the budget buys and the estimator accepts, or the sentence that says why there is none.

    Where more samples cost nothing (enumeration draws none) it is the smallest.
    """
    config, most = question.config, 2 * (question.budget + FEW)

    def why_not(samples: int) -> str | None:
        return estimator.why_not(config.problem, Draw(samples, 2, config.sampling))

    def price(samples: int) -> int:
        return _price(estimator, config.problem, samples)

    least = next((samples for samples in range(1, FEW + 1) if why_not(samples) is None), None)
    if least is None:
        return why_not(most) or why_not(FEW) or "It cannot run."
    if price(least) > question.budget:
        return f"One estimate takes at least {price(least)} evaluations of f, and the budget is {question.budget}."
    if price(least) == price(most):
        return least
    low, high = least, most  # price(low) fits, price(high) does not
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if price(middle) <= question.budget else (low, middle)
    return next(samples for samples in range(low, least - 1, -1) if why_not(samples) is None)


def rank(question: Question, rows: Iterable[Row]) -> Advice:
    """The answer, from the rows of `tasks`; also from some of them."""
    choices = [_choice(row) for row in rows if row.parameter == ALL and row.ran]
    choices.sort(key=lambda choice: math.inf if choice.mean_squared_error is None else choice.mean_squared_error)
    best = next((choice for choice in choices if not _faultless(choice)), None)
    ranked = tuple(replace(choice, why=_why(question.config.problem, choice, best)) for choice in choices)
    refused = [(key, afford(question, estimator)) for key, estimator in ESTIMATORS.items()]
    return Advice(ranked, tuple((key, reason) for key, reason in refused if isinstance(reason, str)))


def _choice(row: Row) -> Choice:
    assert row.evaluations is not None
    variance = row.variance if row.exact_variance is None or not row.unbiased else row.exact_variance
    exact = row.unbiased is True and row.exact_variance is not None
    bias = 0.0 if row.unbiased else row.bias_squared
    known = variance is not None and bias is not None
    noise = 0.0 if exact else row.variance_error or 0.0
    return Choice(
        estimator=row.estimator,
        samples=row.samples,
        evaluations=row.evaluations,
        mean_squared_error=max(0.0, (variance or 0.0) + (bias or 0.0)) if known else None,
        error=math.hypot(noise, 0.0 if row.unbiased else row.bias_squared_error or 0.0) if known else None,
        variance=variance,
        bias_squared=bias,
        exact=exact,
        why="",
        row=row,
    )


def _price(estimator: Estimator, problem: Problem, samples: int) -> int:
    defaults = {h.parameter.name: h.parameter.default for h in estimator.hyperparameters}
    return int(estimator.evaluations(problem, defaults, samples))


def _why(problem: Problem, choice: Choice, best: Choice | None) -> str:
    """One sentence, from what the estimator says of itself and from what was measured."""
    estimator = ESTIMATORS[choice.estimator]
    parts = [_needs(problem, estimator), _costs(problem, estimator, choice), _bias(choice), _compared(choice, best)]
    text = "; ".join(part for part in parts if part)
    return f"{text[0].upper()}{text[1:]}."


def _needs(problem: Problem, estimator: Estimator) -> str:
    jumping = replace(problem, cost=replace(problem.cost, differentiable=False))
    if estimator.why_not(jumping, Draw(2 * FEW, 2)) is not None and problem.cost.differentiable:
        return "uses the slope of f"
    if estimator.shift_invariant:
        return "uses values of f alone, and adding a constant to f changes nothing"
    if estimator.init is not no_state:
        return "uses values of f alone, and learns from earlier estimates what to take off them"
    return "uses values of f alone, and its noise grows with the level of f"


def _costs(problem: Problem, estimator: Estimator, choice: Choice) -> str:
    each = _price(estimator, problem, choice.samples + 1) - choice.evaluations
    if each == 0:
        return f"takes {choice.evaluations} evaluations, whatever K is"
    extra = choice.evaluations - each * choice.samples
    before = f"after {extra} evaluation{'s' if extra > 1 else ''} of its own, " if extra > 0 else ""
    count = "one evaluation a sample buys" if each == 1 else f"{each} evaluations a sample buy"
    return f"{before}{count} K = {choice.samples}"


def _bias(choice: Choice) -> str:
    if choice.row.unbiased:
        return ""
    if choice.bias_squared is None or choice.variance is None or choice.mean_squared_error is None:
        return "biased, and without an exact gradient nobody knows how much"
    if not choice.bias_squared > SEEN * (choice.row.bias_squared_error or 0.0):
        return "biased, by less than can be seen here"
    share = choice.bias_squared / choice.mean_squared_error
    crossing = choice.evaluations * choice.variance / choice.bias_squared
    where = "at any budget" if crossing < 1.0 else f"from a budget of about {crossing:,.2g} on"
    return f"biased, and bias² is {100.0 * share:.2g} % of its error and outweighs the variance {where}"


def _compared(choice: Choice, best: Choice | None) -> str:
    if choice.mean_squared_error is None:
        return ""
    if _faultless(choice):
        return "has no error at all"
    if best is None or choice is best or not best.mean_squared_error:
        return "has the least mean squared error of all that err"
    ratio = choice.mean_squared_error / best.mean_squared_error
    return f"has {ratio:,.3g} times the mean squared error of {ESTIMATORS[best.estimator].label}"


def _faultless(choice: Choice) -> bool:
    """Whether it errs by rounding alone."""
    known = choice.mean_squared_error is not None
    return known and math.sqrt(choice.mean_squared_error or 0.0) <= ROUNDING * abs(choice.row.mean or 0.0)
