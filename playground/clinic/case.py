"""What a case is: a mistake, the line that makes it, and the same program mended, with what must come out of each."""

from dataclasses import dataclass

SYMPTOMS = {
    "none": "gradient is None",
    "error": "error",
    "value": "wrong value",
    "keras": "Keras",
}
# Standard errors that no run is off by (by chance, one in 1.7 million), and what float32 may lose.
FAR = 5.0
ROUNDING = 1e-4
# The documents that the project was asked for with, and how many programs each of them holds.
DOCUMENTS = {
    "000": ("three parameters through a DistributionLambda", 3),
    "001": ("gradients of probabilistic layers", 3),
    "002": ("a zoo of learnable distributions", 6),
    "003": ("gradients through a Normal's sampler", 3),
    "004": ("IndependentNormal and TimeDistributed", 3),
}


@dataclass(frozen=True)
class Exact:
    """The exact gradient for one name, and how far one run of the mended program may be from it.

    Attributes:
      name: A key of the program's `gradients`.
      values: The exact gradient, flattened.
      standard_errors: The standard error of each value in one run, in closed form; empty where nothing is sampled.
    """

    name: str
    values: tuple[float, ...]
    standard_errors: tuple[float, ...] = ()

    def bounds(self) -> tuple[float, ...]:
        """How far each value may be off by chance and by rounding."""
        errors = self.standard_errors or (0.0,) * len(self.values)
        pairs = zip(self.values, errors, strict=True)
        return tuple(FAR * error + ROUNDING * max(1.0, abs(value)) for value, error in pairs)

    def holds(self, values: tuple[float, ...] | None) -> bool:
        """Whether a program's gradient agrees with the exact one."""
        if values is None or len(values) != len(self.values):
            return False
        pairs = zip(values, self.values, self.bounds(), strict=True)
        return all(abs(value - exact) <= bound for value, exact, bound in pairs)


@dataclass(frozen=True)
class Case:
    """A mistake that stops or spoils a gradient.

    A program is Python in the names of `playground.clinic.child.PRELUDE`. It leaves its gradients in a dictionary
    `gradients`, by name.

    Attributes:
      key, label: Its stable name, its name on screen.
      story: One line: what was wanted, and what one sees.
      why: Why that line does it.
      cure: What the mended program does instead.
      symptoms: Keys of `SYMPTOMS`.
      broken, line: The program with the mistake, and the line of it that is the mistake, without its indent.
      mended: The same program repaired.
      exact: What the mended program's gradients must be; every one of them.
      snippets: Where the mistake comes from: documents and the number of the program in it.
      threads: Issue threads about it, as `owner/repository#number`.
      error, says: The type of what the broken program raises, and words of its message; None and empty if it runs.
      absent: The names whose gradient is None in the broken program.
      wrong: The names whose gradient is a number there, and not the exact one.
    """

    key: str
    label: str
    story: str
    why: str
    cure: str
    symptoms: tuple[str, ...]
    broken: str
    line: str
    mended: str
    exact: tuple[Exact, ...]
    snippets: tuple[tuple[str, int], ...] = ()
    threads: tuple[str, ...] = ()
    error: str | None = None
    says: str = ""
    absent: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    order: int = 0

    def __post_init__(self) -> None:
        if set(self.symptoms) - set(SYMPTOMS):
            raise ValueError(f"Case '{self.key}': unknown symptom in {self.symptoms}, expected some of {(*SYMPTOMS,)}.")
        found = [line.strip() for line in self.broken.splitlines()].count(self.line)
        if found != 1:
            raise ValueError(f"Case '{self.key}': its line must be once in the broken program, found {found} times.")

    @property
    def line_number(self) -> int:
        """Where the mistake is, counted from 1."""
        return [line.strip() for line in self.broken.splitlines()].index(self.line) + 1

    @property
    def sources(self) -> str:
        """Where the mistake comes from, in words."""
        snippets = [f"document {document}, program {number}" for document, number in self.snippets]
        return "; ".join([*snippets, *self.threads])
