"""The address of an experiment whose configuration is a flat list of fields, each a query parameter of its own name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from playground.errors import InvalidInput
from playground.live.run_source import parse_speed
from playground.ui.query_params import DEFAULT_SPEED, NOT_OURS


def number(text: str) -> float | int:
    """A number, whole where it is written so."""
    try:
        return int(text)
    except ValueError:
        return float(text)


def flag(text: str) -> bool:
    """`true` or `false`."""
    if text not in ("true", "false"):
        raise InvalidInput(f"got {text[:30]!r}, expected true or false")
    return text == "true"


def names(text: str) -> list[str]:
    """A list, separated by commas; an empty text is an empty list."""
    return text.split(",") if text else []


@dataclass(frozen=True)
class FlatCodec:
    """Between a configuration and a page's address.

    Attributes:
      create: Plain values by name → the configuration, or `InvalidInput`.
      fields: By name, in the order in which they build on each other: how a text is read.
      first: What an address that says nothing shows.
      writers: How a field is written that has a text of its own.
    """

    create: Callable[..., Any]
    fields: Mapping[str, Callable[[str], Any]]
    first: Mapping[str, Any] = field(default_factory=dict)
    writers: Mapping[str, Callable[[Any], str]] = field(default_factory=dict)

    def to_query(self, config: Any, speed: float) -> dict[str, str]:
        """Every field that is not empty, the defaults too, so that a link outlives a change of defaults."""
        plain = config.to_mapping()
        said = [name for name in self.fields if plain[name] not in (None, "", [], {})]
        query = {name: self.writers.get(name, _write)(plain[name]) for name in said}
        return query | {"speed": "max" if speed == float("inf") else _write(speed)}

    def from_query(self, query: Mapping[str, str]) -> tuple[Any, float, list[str]]:
        """The experiment behind an address.

        Returns:
          The configuration, the speed, and one sentence for each value that was replaced by its default. Never raises.
        """
        given: dict[str, Any] = {} if any(name in query for name in self.fields) else dict(self.first)
        warnings: list[str] = []
        for name, read in self.fields.items():
            if name in query:
                try:
                    given[name] = read(query[name])
                except (ValueError, OverflowError) as error:
                    why = str(error) if isinstance(error, InvalidInput) else f"got {query[name][:60]!r}"
                    warnings.append(_replaced(name, why))
        speed = DEFAULT_SPEED
        if "speed" in query:
            try:
                speed = parse_speed("max" if query["speed"] == "max" else float(query["speed"]))
            except ValueError as error:
                why = str(error) if isinstance(error, InvalidInput) else f"got {query['speed'][:60]!r}"
                warnings.append(_replaced("speed", why))
        known = {*self.fields, "speed", *NOT_OURS}
        ignored = [name for name in query if name not in known]
        warnings += [f"`{name[:60]}` in the address means nothing here and is ignored." for name in ignored]
        return self._possible(given, warnings), speed, warnings

    def _possible(self, given: Mapping[str, Any], warnings: list[str]) -> Any:
        """All of it at once where that can be; else one field after the other, without those that cannot."""
        try:
            return self.create(**given)
        except InvalidInput:
            kept: dict[str, Any] = {}
        for name, value in given.items():
            try:
                self.create(**kept, **{name: value})
                kept[name] = value
            except InvalidInput as error:
                warnings.append(_replaced(name, str(error)))
        return self.create(**kept)


def _replaced(name: str, why: str) -> str:
    return f"`{name}` in the address cannot be used: {why.rstrip('.')}. Its default is used instead."


def _write(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return ",".join(map(_write, value))
    if isinstance(value, float) and value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return str(value)
