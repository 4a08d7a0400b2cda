"""From raw variables to what they must be: TFP's bijectors, each with the code that makes it."""

from collections.abc import Callable
from dataclasses import dataclass

from tensorflow_probability import bijectors as tfb

from playground.errors import InvalidInput


@dataclass(frozen=True)
class Bijection:
    """A bijector of TFP's and how it is written; the two are checked against each other by a test.

    Attributes:
      code: A Python expression in `tfb` (and in the zoo's own bijectors) that makes it.
      make: Makes it.
    """

    code: str
    make: Callable[[], tfb.Bijector]


SOFTPLUS = Bijection("tfb.Softplus()", tfb.Softplus)
EXP = Bijection("tfb.Exp()", tfb.Exp)
POSITIVE = {"softplus": SOFTPLUS, "exp": EXP}


def positive(choice: str) -> Bijection:
    """The bijection that keeps a scale above 0: "softplus" or "exp"."""
    if choice not in POSITIVE:
        raise InvalidInput(f"`bijector` must be one of {', '.join(POSITIVE)}, got {choice!r}.")
    return POSITIVE[choice]


def scale_tril(choice: str) -> Bijection:
    """Fills a lower triangle whose diagonal is positive."""
    diagonal = positive(choice)
    code = f"tfb.FillScaleTriL(diag_bijector={diagonal.code})"
    return Bijection(code, lambda: tfb.FillScaleTriL(diag_bijector=diagonal.make()))
