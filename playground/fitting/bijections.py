"""From raw variables to what they must be: TFP's bijectors, each with the code that makes it."""

from collections.abc import Callable
from dataclasses import dataclass

from tensorflow_probability import bijectors as tfb

from playground.errors import InvalidInput
from playground.fitting.pad_identity import PadIdentity


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

ZERO_BEFORE = Bijection("tfb.Pad(paddings=[(1, 0)])", lambda: tfb.Pad(paddings=[(1, 0)]))
"""Puts a 0 before a vector: [..., n − 1] → [..., n]."""

ZERO_ROW_BEFORE = Bijection("tfb.Pad(paddings=[(1, 0)], axis=-2)", lambda: tfb.Pad(paddings=[(1, 0)], axis=-2))
"""Puts a row of zeros before a matrix: [..., n − 1, D] → [..., n, D]."""


def positive(choice: str) -> Bijection:
    """The bijection that keeps a scale above 0: "softplus" or "exp"."""
    if choice not in POSITIVE:
        raise InvalidInput(f"`bijector` must be one of {', '.join(POSITIVE)}, got {choice!r}.")
    return POSITIVE[choice]


def above(floor: float, choice: str) -> Bijection:
    """What is positive by choice, and `floor` added to it."""
    rest = positive(choice)
    code = f"tfb.Chain([tfb.Shift({floor}), {rest.code}])"
    return Bijection(code, lambda: tfb.Chain([tfb.Shift(floor), rest.make()]))


def scale_tril(choice: str) -> Bijection:
    """Fills a lower triangle whose diagonal is positive: [..., D (D + 1) / 2] → [..., D, D]."""
    diagonal = positive(choice)
    code = f"tfb.FillScaleTriL(diag_bijector={diagonal.code})"
    return Bijection(code, lambda: tfb.FillScaleTriL(diag_bijector=diagonal.make()))


def identity_before_scale_trils(choice: str) -> Bijection:
    """Fills lower triangles and puts an identity before them: [..., n − 1, D (D + 1) / 2] → [..., n, D, D]."""
    triangle = scale_tril(choice)
    code = f"tfb.Chain([PadIdentity(), {triangle.code}])"
    return Bijection(code, lambda: tfb.Chain([PadIdentity(), triangle.make()]))
