"""The audit: case by case and parameter by parameter, a row each."""

import math
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from typing import Any

import numpy as np

from playground.audit import judge, tape
from playground.audit.case import Case
from playground.audit.discrete import DISCRETE
from playground.audit.exact import Exact, exact
from playground.audit.scalars import CONTINUOUS
from playground.audit.vectors import VECTORS

CASES: dict[str, Case] = {
    case.name: case for case in sorted((*CONTINUOUS, *DISCRETE, *VECTORS), key=lambda case: case.name.lower())
}
FIELDS = ("distribution", "parameter", "declared", "tape", "verdict", "mean", "exact", "standard_error", "z")
VERDICTS = {
    "flows": "unbiased: within 5 standard errors of the exact gradient, by a test that would have seen a quarter of it",
    "partial": "the tape returns None for it, while other parameters of the same distribution flow",
    "absent": "None or zero, where the exact gradient is neither",
    "wrong": "a value, which is not the exact gradient",
    "unusable": "a value, too noisy to be told from a wrong one",
}
SCREENING, CONFIRMATION, PERSISTENCE = 2, 8, 20  # Blocks of draws.
DEFAULT_SEED = 0


def versions() -> dict[str, str]:
    """What the verdicts are true of."""
    found = {"tensorflow-probability": version("tensorflow-probability")}
    for name in ("tensorflow", "tensorflow-cpu"):
        try:
            found[name] = version(name)
        except ModuleNotFoundError:
            continue  # the one that is not installed; both hold the same modules
    return found | {"numpy": version("numpy")}


def audit(cases: Sequence[Case], seed: int = DEFAULT_SEED) -> Iterator[list[dict[str, Any]]]:
    """The rows of each case, as they come."""
    for case in cases:
        yield rows_of(case, seed)


def rows_of(case: Case, seed: int = DEFAULT_SEED) -> list[dict[str, Any]]:
    """One row for each parameter of a distribution, as plain JSON values.

    The random numbers depend on the seed and the case only, so that a row is the same whatever else is audited.

    Raises:
      ArithmeticError: If there is no exact gradient to compare with.
    """
    exacts = [exact(case, point) for point in case.points]
    found = [
        tape.tape(case, point, index, known.costs, seed, 0, SCREENING)
        for index, (point, known) in enumerate(zip(case.points, exacts, strict=True))
    ]
    declared = str(case.distribution(case.tensors(case.points[0], tape.FLOAT)).reparameterization_type).split()[-1]
    some_flow = any(moments is not None for one in found for moments in one.gradients.values())
    rows = []
    for name in case.parameters:
        moments = [one.gradients[name] for one in found]
        row = _row(case, name, exacts, moments, seed)
        if row["tape"] == "None" and some_flow:
            row["verdict"] = "partial"
        rows.append({"distribution": case.name, "parameter": name, "declared": declared.rstrip(">")} | row)
    return rows


def _row(
    case: Case, name: str, exacts: Sequence[Exact], moments: Sequence[tape.Moments | None], seed: int
) -> dict[str, Any]:
    def tests_of(given: Sequence[tape.Moments | None]) -> list[judge.Test]:
        shape = np.shape(case.points[0][name])
        pairs = enumerate(zip(exacts, given, strict=True))
        return [test for index, (known, own) in pairs for test in judge.tests(index, known, name, shape, own)]

    first = tests_of(moments)
    largest = max(first, key=lambda test: abs(test.exact))
    if all(own is None for own in moments):
        return _evidence(case, "None", "absent", largest, first, seed)
    broken = sum(own.broken for own in moments if own is not None)
    drawn = broken + sum(own.count for own in moments if own is not None)
    if all(test.mean == 0.0 and test.standard_error == 0.0 for test in first):
        return _evidence(case, "zero", "absent", largest, first, seed)
    if broken > judge.MOST_BROKEN * drawn:
        return _evidence(case, "value", "unusable", largest, first, seed, broken=broken)

    def again(points: set[int], stage: int, blocks: int) -> list[judge.Test]:
        more: list[tape.Moments | None] = list(moments)
        for index in points:
            costs = exacts[index].costs
            more[index] = tape.tape(case, case.points[index], index, costs, seed, stage, blocks).gradients[name]
        return [test for test in tests_of(more) if test.point in points]

    suspects = {test.point for test in first if test.off}
    if suspects:
        guilty = judge.confirmed(first, again(suspects, 1, CONFIRMATION))
        if guilty:
            worst = max(guilty, key=lambda test: abs(test.mean - test.exact) / test.scale)
            return _evidence(case, "value", "wrong", worst, first, seed, broken=broken, stage=1)
    weak = judge.lacking_power(first)
    if weak:
        better = again(weak, 2, PERSISTENCE)
        still = judge.lacking_power(better)
        if still:
            least = min((t for t in better if t.point in still), key=lambda test: test.draws_needed)
            return _evidence(case, "value", "unusable", least, first, seed, broken=broken, stage=2)
    best = min((test for test in first if test.exact), key=lambda test: test.draws_needed / test.draws)
    return _evidence(case, "value", "flows", best, first, seed, broken=broken)


def _evidence(
    case: Case,
    returned: str,
    verdict: str,
    shown: judge.Test,
    tests: Sequence[judge.Test],
    seed: int,
    broken: int = 0,
    stage: int = 0,
) -> dict[str, Any]:
    none = returned == "None"
    scores = [abs(test.z) for test in tests if test.z is not None]
    return {
        "tape": returned,
        "verdict": verdict,
        "mean": None if none else shown.mean,
        "exact": shown.exact,
        "standard_error": None if none else shown.standard_error,
        "z": None if returned != "value" else shown.z,
        "element": shown.element,
        "cost": shown.cost.code,
        "cost_parts": [shown.cost.formula, shown.cost.center, shown.cost.width],
        "point": dict(case.points[shown.point]),
        "point_index": shown.point,
        "stage": stage,
        "draws": shown.draws,
        "draws_needed": None if returned != "value" or math.isinf(shown.draws_needed) else shown.draws_needed,
        "tests": len(tests),
        "largest_z": None if returned != "value" or not scores else max(scores),
        "not_finite": broken,
        "seed": seed,
    }
