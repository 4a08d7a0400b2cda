"""What a reproduction is: pieces of work, and what they say together. Data and plain functions, no state."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Pieces = Mapping[str, Mapping[str, Any]]
"""What the pieces have found, by their keys: plain JSON values."""

RELATIONS = ("=", "<", ">")


@dataclass(frozen=True)
class Piece:
    """A part of the work that is done or not done: what a stopped reproduction goes on from.

    Attributes:
      key: Unique within its reproduction.
      run: Does it and returns plain JSON values; depends on nothing but its own closure, so that it can be repeated.
    """

    key: str
    run: Callable[[], dict[str, Any]]


@dataclass(frozen=True)
class Check:
    """A number that was expected, and what came out.

    Attributes:
      what: What the number is.
      expected, measured: The two numbers.
      tolerance: How far `measured` may be on the wrong side of `expected`.
      reason: Why that far.
      relation: "=", or "<" or ">" where what is published is an order: measured < expected + tolerance.
    """

    what: str
    expected: float
    measured: float
    tolerance: float
    reason: str
    relation: str = "="

    @property
    def holds(self) -> bool:
        """Whether it reproduces; a number that is not finite does not."""
        excess = self.measured - self.expected
        if not math.isfinite(excess):
            return False
        distance = {"=": abs(excess), "<": excess, ">": -excess}[self.relation]
        return distance <= self.tolerance if self.relation == "=" else distance < self.tolerance


@dataclass(frozen=True)
class Line:
    """One curve of a panel. `exact` ones are drawn in grey and thin, `points` as markers."""

    name: str
    x: Sequence[float]
    y: Sequence[float]
    points: bool = False
    exact: bool = False


@dataclass(frozen=True)
class Panel:
    """One diagram.

    Attributes:
      title, x_title, y_title: Its words.
      lines: Its curves. A name has one colour in all panels.
      log_x, log_y: Whether an axis is logarithmic; what is not positive is left out there.
      play: The settings that open it in Play, as `Config.create` takes them; None where Play has no such problem.
      about_play: What of the panel these settings show, where it is not all of it; or why there are none.
    """

    title: str
    x_title: str
    y_title: str
    lines: tuple[Line, ...]
    log_x: bool = False
    log_y: bool = False
    play: Mapping[str, Any] | None = None
    about_play: str = ""


@dataclass(frozen=True)
class Result:
    """What a reproduction says.

    Attributes:
      checks: What must hold.
      differences: Sentences, with numbers, on what was published or written down and does not come out here.
      panels: The figure.
      notes: Sentences on what else comes out.
    """

    checks: tuple[Check, ...]
    panels: tuple[Panel, ...]
    differences: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reproduction:
    """A published result.

    Attributes:
      key, label: Its stable name, and its name for people.
      source: Where it was published.
      claim: One sentence: what is to come out.
      pieces: quick → its pieces. Quick ones take seconds: fewer steps, replicates or settings.
      conclude: (what all pieces have found, quick) → the result.
    """

    key: str
    label: str
    source: str
    claim: str
    pieces: Callable[[bool], tuple[Piece, ...]]
    conclude: Callable[[Pieces, bool], Result]
    order: int = 0
