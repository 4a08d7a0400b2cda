"""The address of the Variance lab: every field by its own name, parameters as `loc:1;scale:2` and `logits:0,0.5`."""

from collections.abc import Mapping
from typing import Any

from playground.errors import InvalidInput
from playground.lab.config import LabConfig
from playground.lab.presets import PRESETS
from playground.ui.flat_query import FlatCodec, names, number


def from_text(text: str) -> dict[str, Any]:
    """Names and numbers out of `loc:1;scale:2`; a list where there are commas."""
    found: dict[str, Any] = {}
    for part in filter(None, text.split(";")):
        name, colon, value = part.partition(":")
        if not colon or not name or name in found:
            raise InvalidInput(f"got {text[:60]!r}, expected names and numbers such as loc:1;scale:2")
        numbers = [float(piece) for piece in value.split(",")]
        found[name] = numbers if "," in value else numbers[0]
    return found


def to_text(values: Mapping[str, Any]) -> str:
    """The inverse of `from_text`."""
    return ";".join(f"{name}:{_numbers(value)}" for name, value in values.items())


def _numbers(value: Any) -> str:
    listed = value if isinstance(value, list | tuple) else [value]
    return ",".join(f"{number:.15g}" if float(f"{number:.15g}") == number else repr(number) for number in listed)


CODEC = FlatCodec(
    LabConfig.create,
    {
        "view": str,
        "family": str,
        "params": from_text,
        "cost": str,
        "cost_params": from_text,
        "estimators": names,
        "hyperparameters": from_text,
        "sampling": str,
        "samples": number,
        "replicates": number,
        "over": str,
        "low": number,
        "high": number,
        "count": number,
        "scale": str,
        "measure": str,
        "show": str,
        "budget": number,
        "seed": number,
    },
    PRESETS[0].fields,
    {"params": to_text, "cost_params": to_text, "hyperparameters": to_text},
)
