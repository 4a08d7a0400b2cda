"""The costs. Each module defines one `COST`; adding one touches nothing else. `expression` reads the user's own."""

import sys

from playground.costs.expression import parse
from playground.errors import InvalidInput
from playground.expectation import why_undefined
from playground.problem import Cost, Family, Problem
from playground.registry import discover

COSTS: dict[str, Cost] = discover(sys.modules[__name__], "COST")


def default_cost(family: Family) -> str:
    """The key of the first cost that has an expectation under the family: quadratic, unless its tails are too heavy."""
    return next(key for key, cost in COSTS.items() if why_undefined(Problem.at_defaults(family, cost)) is None)


def cost_from(text: str) -> Cost:
    """The cost with this key, or the expression in x that the text spells.

    Raises:
      InvalidInput: If it is neither; the sentence names both possibilities.
    """
    if text in COSTS:
        return COSTS[text]
    try:
        return parse(text)
    except InvalidInput as error:
        sentence = str(error).removesuffix(".")
        raise InvalidInput(f"{sentence}; or one of the costs {', '.join(COSTS)}.") from None
