"""The table of `docs/estimators.md`, from the registry and the docstrings: `python -m tests.estimators_document`."""

import functools
import re
import sys

from playground.costs import COSTS, default_cost
from playground.estimator import Draw, Estimator
from playground.estimators import ESTIMATORS
from playground.families import FAMILIES
from playground.problem import Problem

DRAW = Draw(16, 2)
HEADS = ("Key", "What it is", "Of its own", "Unbiased", "Evaluations of f", "Families", "Source")


def docstring(key: str) -> str:
    """That of an estimator's module, in one line."""
    return " ".join(str(sys.modules[f"playground.estimators.{key}"].__doc__).split())


@functools.cache
def problems(key: str) -> tuple[Problem, ...]:
    """Each family that it runs on, at the family's defaults and with its default cost, K = 16."""
    everywhere = [Problem.at_defaults(family, COSTS[default_cost(family)]) for family in FAMILIES.values()]
    return tuple(problem for problem in everywhere if ESTIMATORS[key].why_not(problem, DRAW) is None)


def unbiased(estimator: Estimator) -> str:
    """Whether its mean is the exact gradient, and on which families not, with the default cost."""
    verdicts = {problem.family.key: estimator.unbiased(problem) for problem in problems(estimator.key)}
    if len(set(verdicts.values())) == 1:
        return "yes" if all(verdicts.values()) else "no"
    return "yes, but not on " + ", ".join(f"`{key}`" for key, holds in verdicts.items() if not holds)


def evaluations(key: str) -> str:
    """The docstring's price, without the words that are the column's."""
    found = re.search(r"Cost: (.*?) Watch for:", docstring(key))
    assert found, f"{key}: no `Cost:` before `Watch for:`"
    return re.sub(r" evaluations?( of f)?", "", found[1]).rstrip(".")


def sources(key: str) -> str:
    """Authors and years."""
    references = docstring(key).partition("References: ")[2]
    return "; ".join(re.findall(r"(?:^|(?<=[.!] ))[^().]*(?:et al\. )?\(\d{4}\)", references)) or "–"


def own(estimator: Estimator) -> str:
    """Its hyperparameters with their defaults."""
    parameters = [hyperparameter.parameter for hyperparameter in estimator.hyperparameters]
    return ", ".join(f"`{parameter.name}` {parameter.default:g}" for parameter in parameters) or "–"


def table() -> str:
    """A line an estimator."""
    rows = [HEADS, tuple("---" for _ in HEADS)]
    for key, estimator in ESTIMATORS.items():
        words = re.split(r"(?<=\.) ", docstring(key))[0].rstrip(".")
        count = f"{len(problems(key))} of {len(FAMILIES)}"
        rows.append((f"`{key}`", words, own(estimator), unbiased(estimator), evaluations(key), count, sources(key)))
    return "".join(f"| {' | '.join(cell.replace('|', '∣') for cell in row)} |\n" for row in rows)


if __name__ == "__main__":
    print(table(), end="")
