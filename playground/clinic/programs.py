"""The programs that may run, and no others: two of each case, and those that the choices make."""

from playground.cases import CASES
from playground.clinic.choices import Choices
from playground.errors import InvalidInput
from playground.registry import look_up

VARIANTS = ("broken", "mended")


def addresses(key: str) -> tuple[str, str]:
    """The addresses of a case's two programs, the broken one first."""
    return (f"{key}/broken", f"{key}/mended")


def find(address: str) -> str:
    """The program at an address: `sample_outside_tape/broken`, or `choices/…`.

    Raises:
      InvalidInput: If there is none; so nothing but the project's own programs can be run by an address.
    """
    name, _, variant = address.partition("/")
    if name == "choices":
        return Choices.from_address(variant).program()
    case = look_up(CASES, name, "case")
    if variant not in VARIANTS:
        raise InvalidInput(f"Unknown variant '{variant}' of case '{name}': expected one of {', '.join(VARIANTS)}.")
    return case.broken if variant == "broken" else case.mended
