"""What came out of a program: an error or none, and each gradient or None. It travels between processes as JSON."""

import json
from dataclasses import asdict, dataclass

Gradients = tuple[tuple[str, tuple[float, ...] | None], ...]


@dataclass(frozen=True)
class Outcome:
    """What one program did.

    Attributes:
      address: Which program, as `playground.clinic.programs.find` reads it.
      seed: The seed of all its random numbers.
      trouble: Why it did not run to its end although it raised nothing: the time limit, or a busy server; "" if it did.
      error, says: The type of what it raised, and the message's first line; None and "" if it ended well.
      line: The program's line in which that was raised, counted from 1; None if it ended well.
      gradients: Name and values, flattened, or None where TensorFlow gave None.
      facts: Other things that the program reports, as name and text.
      printed: What it printed, cut.
      seconds: How long it took, without its imports.
    """

    address: str
    seed: int
    trouble: str = ""
    error: str | None = None
    says: str = ""
    line: int | None = None
    gradients: Gradients = ()
    facts: tuple[tuple[str, str], ...] = ()
    printed: str = ""
    seconds: float = 0.0

    def gradient(self, name: str) -> tuple[float, ...] | None:
        """The gradient of that name: its values, or None where TensorFlow gave None.

        Raises:
          KeyError: If the program reports no such gradient.
        """
        return dict(self.gradients)[name]

    def fact(self, name: str) -> str:
        """What the program reports under that name.

        Raises:
          KeyError: If it reports nothing under it.
        """
        return dict(self.facts)[name]

    def to_json(self) -> str:
        """One line of JSON; infinities and not-a-number as Python's `json` writes them."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, line: str) -> "Outcome":
        """The inverse of `to_json`."""
        fields = json.loads(line)
        fields["gradients"] = tuple((name, None if g is None else tuple(g)) for name, g in fields["gradients"])
        fields["facts"] = tuple((name, text) for name, text in fields["facts"])
        return cls(**fields)
