"""Plain values, as they come from JSON, a URL or the command line, checked one by one.

Each function returns the value or raises `InvalidInput` with one sentence: subject, what was expected, what was got.
"""

from collections.abc import Mapping
from typing import Any

from playground.errors import InvalidInput
from playground.parameter import Parameter

LARGEST = 1e6  # float32 squares it with something to spare

Values = tuple[tuple[str, tuple[float, ...]], ...]
"""((name, values), …): a scalar has one value."""


def values(subject: str, parameters: tuple[Parameter, ...], given: Mapping[str, Any] | None) -> Values:
    """Fills `given` up with defaults, in the order of `parameters`, each value checked against its constraint."""
    given = {} if given is None else given
    if not isinstance(given, Mapping):
        raise InvalidInput(f"{subject}: parameters are an object of names and numbers, got {given!r}.")
    names = [p.name for p in parameters]
    for name in given:
        if name not in names:
            expected = f"expected one of {', '.join(names)}" if names else "it has none"
            raise InvalidInput(f"{subject}: unknown parameter '{name}', {expected}.")
    found: dict[str, tuple[float, ...]] = {}
    earlier: dict[str, Any] = {}
    for parameter in parameters:
        raw = given.get(parameter.name, parameter.default)
        is_vector = isinstance(raw, list | tuple)
        if is_vector != (parameter.lengths is not None):
            kind = "a list of numbers" if parameter.lengths is not None else "one number"
            raise InvalidInput(f"{subject}: `{parameter.name}` must be {kind}, got {raw!r}.")
        values = tuple(number(f"{subject}: `{parameter.name}`", value) for value in (raw if is_vector else [raw]))
        if parameter.lengths is not None and not parameter.lengths[0] <= len(values) <= parameter.lengths[1]:
            low, high = parameter.lengths
            expected = f"{low}" if low == high else f"{low} to {high}"
            raise InvalidInput(f"{subject}: `{parameter.name}` must have {expected} values, got {len(values)}.")
        wrong = parameter.wrong_element(values, earlier)
        if wrong is not None:
            name, constraint, value = wrong
            raise InvalidInput(f"{subject}: `{name}` must be {constraint.text}, got {value}.")
        found[parameter.name] = values
        earlier[parameter.name] = values if is_vector else values[0]
    return tuple(found.items())


def known_fields(mapping: Any, known: set[str]) -> Mapping[str, Any]:
    """The mapping itself, which must be an object that has no fields but known ones."""
    if not isinstance(mapping, Mapping):
        raise InvalidInput(f"A configuration is a JSON object, got {type(mapping).__name__}.")
    unknown = sorted(str(key) for key in mapping if key not in known)
    if unknown:
        raise InvalidInput(f"Unknown field '{unknown[0]}': expected one of {', '.join(sorted(known))}.")
    return mapping


def number(subject: str, value: Any) -> float:
    """`value` as a finite float of a size that float32 can square."""
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
        raise InvalidInput(f"{subject} must be a finite number, got {value!r}.")
    if abs(value) > LARGEST:  # compared before it is a float: JSON knows integers that no float can hold
        shown = f"{value!r}"[:30]
        raise InvalidInput(f"{subject} must be a finite number within ±{LARGEST:g}, got {shown}.")
    return float(value)


def positive(name: str, value: Any) -> float:
    """`value` as a positive float."""
    if number(f"`{name}`", value) <= 0:
        raise InvalidInput(f"`{name}` must be positive, got {value}.")
    return float(value)


def integer(name: str, value: Any, low: int, high: int) -> int:
    """`value` as a whole number in its range; 3.0 is one, True is not."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidInput(f"`{name}` must be a whole number, got {value!r}.")
    if not low <= value <= high:
        raise InvalidInput(f"`{name}` must be between {low} and {high}, got {f'{value!r}'[:30]}.")
    if value != int(value):
        raise InvalidInput(f"`{name}` must be a whole number, got {value!r}.")
    return int(value)


def boolean(name: str, value: Any) -> bool:
    """`value`, which must be true or false and not 0 or 1."""
    if not isinstance(value, bool):
        raise InvalidInput(f"`{name}` must be true or false, got {value!r}.")
    return value


def text(name: str, value: Any) -> str:
    """`value`, which must be a text."""
    if not isinstance(value, str):
        raise InvalidInput(f"The {name} must be a text, got {value!r}.")
    return value


def choice(name: str, value: Any, choices: tuple[str, ...]) -> str:
    """`value`, which must be one of the choices."""
    if value not in choices:
        raise InvalidInput(f"`{name}` must be one of {', '.join(choices)}, got {value!r}.")
    return str(value)
