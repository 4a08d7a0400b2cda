"""The costs. Each module defines one `COST`; adding one touches nothing else. `expression` reads the user's own."""

import sys

from playground.costs.expression import parse
from playground.errors import InvalidInput
from playground.problem import Cost
from playground.registry import discover

COSTS: dict[str, Cost] = discover(sys.modules[__name__], "COST")


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
