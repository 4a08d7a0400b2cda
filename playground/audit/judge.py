"""The verdict on one parameter: two numbers decide, how far the tape's mean is off, and how far it could be seen to be.

A test is one element of the parameter under one cost at one point. A mean is *off* if it is more than `LIMIT` standard
errors and more than `SHARE` of the parameter's largest exact gradient there away from the exact one; it is called wrong
only if other random numbers, four times as many, put it off on the same side once more. A test has *power* if `LIMIT`
standard errors are less than `POWER` of the exact value: what flows has one at every point.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from playground.audit.costs import Cost
from playground.audit.exact import Exact
from playground.audit.tape import Moments

LIMIT, SHARE, POWER = 5.0, 0.02, 0.25
MOST_BROKEN = 1e-3  # Share of draws without a finite gradient that may be left out.
FALSE_ALARM = math.erfc(LIMIT / math.sqrt(2.0)) ** 2 / 2.0  # Of one test: twice beyond the limit, on one side.


class Test(NamedTuple):
    """One comparison.

    Attributes:
      point: Its index.
      cost: The cost.
      element: Of the parameter, "" for a number, else "[0]", "[0, 1]", …
      mean, standard_error: Of the tape's gradient.
      exact: The exact one.
      scale: The parameter's largest exact gradient at this point.
      draws: How many are behind the mean.
    """

    point: int
    cost: Cost
    element: str
    mean: float
    standard_error: float
    exact: float
    scale: float
    draws: int

    @property
    def z(self) -> float | None:
        """(mean − exact)/standard error, None where there is no noise to measure with."""
        if self.standard_error <= 1e-6 * abs(self.mean):
            return None
        return (self.mean - self.exact) / self.standard_error

    @property
    def off(self) -> int:
        """The side on which the mean is off, 0 if it is not."""
        far = abs(self.mean - self.exact) > SHARE * self.scale
        noise = self.z is not None and abs(self.z) <= LIMIT
        return 0 if noise or not far else (1 if self.mean > self.exact else -1)

    @property
    def draws_needed(self) -> float:
        """Draws with which this test would have power."""
        if self.exact == 0.0:
            return math.inf
        return self.draws * (LIMIT * self.standard_error / (POWER * abs(self.exact))) ** 2

    @property
    def powerful(self) -> bool:
        return abs(self.exact) >= 1e-3 * self.scale and self.draws_needed < self.draws


def tests(index: int, exact: Exact, name: str, shape: Sequence[int], moments: Moments | None) -> list[Test]:
    """All tests of one parameter at one point; without moments the tape returned None, and means are 0."""
    slopes = exact.gradients[name]
    zero = np.zeros_like(slopes)
    mean, error = (zero, zero) if moments is None else (moments.mean, moments.standard_error)
    draws = 0 if moments is None else moments.count
    labels = [str(list(place)) if place else "" for place in np.ndindex(*shape)]
    return [
        Test(
            index,
            cost,
            label,
            float(mean[c, e]),
            float(error[c, e]),
            float(slopes[c, e]),
            float(np.abs(slopes).max()),
            draws,
        )  # fmt: skip
        for c, cost in enumerate(exact.costs)
        for e, label in enumerate(labels)
    ]


def lacking_power(found: Sequence[Test]) -> set[int]:
    """The points without a test that has power."""
    return {test.point for test in found} - {test.point for test in found if test.powerful}


def confirmed(first: Sequence[Test], second: Sequence[Test]) -> list[Test]:
    """The tests of the second draw that are off where the first one was, on the same side."""
    sides = {(test.point, test.cost, test.element): test.off for test in first}
    return [test for test in second if test.off and sides[test.point, test.cost, test.element] == test.off]
