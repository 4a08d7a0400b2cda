"""The one codec between an experiment and a page's address: flat, readable, complete.

`?family=normal&loc=1&scale=1&cost=quadratic&target=0&estimators=pathwise,score_function&samples=16&seed=0&…`.
A family's, a cost's and an estimator's parameters appear by their own names, which a test keeps from colliding.
"""

import difflib
import functools
import math
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from playground.config import LIMITS, Config, hyperparameters_of
from playground.costs import cost_from, default_cost
from playground.errors import InvalidInput
from playground.estimators import ESTIMATORS
from playground.families import FAMILIES
from playground.live.run_source import parse_speed
from playground.parameter import Parameter

DEFAULT_ESTIMATORS = ("pathwise", "score_function")
DEFAULT_SPEED = 60.0
NEAREST = 4
PLAIN = ("sampling", "samples", "replicates", "seed", "optimizer", "learning_rate", "maximize", "mode")
NOT_OURS = ("run", "route", "embed", "embed_options")
"""Parameters that belong to the page or to Streamlit, not to the experiment."""

LEARNING_RATES = (1e-5, 10.0)
PAGE_LIMITS = LIMITS | {"samples": (1, 1000), "replicates": (2, 1024)}
"""A page shows every step to everybody: it allows less than the command line."""

PAGE_NUMBERS = 2**21
"""The numbers that one step of a page may draw, over all samples, replicates and coordinates of a vector."""

Value = TypeVar("Value")


def to_query(config: Config, speed: float) -> dict[str, str]:
    """The address of an experiment: every field, the defaults too, so that a link outlives a change of defaults."""
    plain = config.to_mapping()
    query = {"family": config.family}
    query |= {name: ",".join(map(_short, values)) for name, values in config.params}
    query["cost"] = config.cost
    query |= {name: _short(value) for name, value in config.cost_params}
    query["estimators"] = ",".join(config.estimators)
    query |= {name: _short(value) for name, value in config.hyperparameters}
    query |= {name: _short(plain[name]) for name in PLAIN}
    query["show"] = ",".join(config.show)
    query["speed"] = "max" if speed == float("inf") else _short(speed)
    return query


def check_size(config: Config) -> None:
    """Refuses what takes a page too much memory.

    Raises:
      InvalidInput: If samples × replicates × coordinates are more than `PAGE_NUMBERS`.
    """
    if config.numbers > PAGE_NUMBERS:
        raise InvalidInput(
            f"Samples × replicates × coordinates must be at most {PAGE_NUMBERS:,} on a page, got {config.numbers:,}: "
            "draw fewer samples, or shorter vectors."
        )


def from_query(query: Mapping[str, str]) -> tuple[Config, float, list[str]]:
    """The experiment behind an address.

    Returns:
      The configuration, the speed, and one sentence for each value that was replaced by its default. Never raises.
    """
    reader = _Reader(query)
    family = reader.read("family", "normal", lambda text: _key(text, FAMILIES))
    cost = reader.read("cost", default_cost(FAMILIES[family]), lambda text: cost_from(text).key)
    estimators = reader.read("estimators", None, lambda text: tuple(_key(part, ESTIMATORS) for part in text.split(",")))
    fields: dict[str, Any] = {
        "family": family,
        "params": reader.parameters(FAMILIES[family].parameters),
        "cost": cost,
        "cost_params": reader.parameters(cost_from(cost).parameters),
    }
    for name in PLAIN:
        value = reader.read(name, None, functools.partial(_plain, name))
        if value is not None:
            fields[name] = value
    speed = reader.read("speed", DEFAULT_SPEED, lambda text: parse_speed("max" if text == "max" else float(text)))
    show = reader.read("show", None, lambda text: tuple(text.split(",")))
    fields["estimators"] = _runnable(fields, estimators, reader.warnings)
    known = hyperparameters_of([ESTIMATORS[key] for key in fields["estimators"]])
    fields["hyperparameters"] = reader.parameters(tuple(known.values()))
    if show is not None:
        try:
            Config.create(**fields, show=show)
            fields["show"] = show
        except InvalidInput as error:
            reader.warnings.append(str(error))
    reader.warn_of_the_rest()
    try:
        config = Config.create(**fields)
        check_size(config)
        return config, speed, reader.warnings
    except InvalidInput as error:
        warnings = [*reader.warnings, f"{error} The defaults are used instead."]
        return Config.create(estimators=DEFAULT_ESTIMATORS), speed, warnings


class _Reader:
    """Reads parameters one by one; what cannot be read is named, and replaced by its default."""

    def __init__(self, query: Mapping[str, str]) -> None:
        self._query = query
        self._read = set(NOT_OURS)
        self.warnings: list[str] = []

    def read(self, name: str, default: Value, parse: Callable[[str], Value]) -> Value:
        self._read.add(name)
        if name not in self._query:
            return default
        text = self._query[name]
        try:
            return parse(text)
        except (ValueError, OverflowError) as error:
            why = str(error) if isinstance(error, InvalidInput) else f"got {text[:60]!r}"
            instead = "The default is used" if default is None else f"It is {default}"
            self.warnings.append(f"`{name}` in the address cannot be used: {why.rstrip('.')}. {instead} instead.")
            return default

    def parameters(self, parameters: tuple[Parameter, ...]) -> dict[str, Any]:
        found = {}
        for parameter in parameters:
            value = self.read(parameter.name, parameter.default, functools.partial(_value, parameter))
            found[parameter.name] = list(value) if isinstance(value, tuple) else value
        return found

    def warn_of_the_rest(self) -> None:
        for name in self._query:
            if name not in self._read:
                self.warnings.append(f"`{name[:60]}` in the address means nothing here and is ignored.")


def _runnable(fields: dict[str, Any], wanted: tuple[str, ...] | None, warnings: list[str]) -> tuple[str, ...]:
    """The estimators asked for that can run, else the first ones that can."""
    kept = []
    for key in wanted or DEFAULT_ESTIMATORS:
        try:
            Config.create(**fields, estimators=(key,))
            kept.append(key)
        except InvalidInput as error:
            if wanted is not None:
                warnings.append(str(error))
    kept = list(dict.fromkeys(kept))[:4]
    return tuple(kept) or ("score_function",)


def _key(text: str, plugins: Mapping[str, Any]) -> str:
    if text not in plugins:
        near = difflib.get_close_matches(text[:60], plugins, n=NEAREST, cutoff=0.0)
        raise InvalidInput(f"unknown key {text[:60]!r}, expected one of {len(plugins)} such as {', '.join(near)}")
    return text


def _value(parameter: Parameter, text: str) -> float | tuple[float, ...]:
    parts = text.split(",")
    if parameter.lengths is None:
        if len(parts) != 1:
            raise InvalidInput(f"got {len(parts)} numbers, expected one")
        return _within(text, parameter.minimum, parameter.maximum)
    if not parameter.lengths[0] <= len(parts) <= parameter.lengths[1]:
        raise InvalidInput(f"got {len(parts)} numbers, expected {parameter.lengths[0]} to {parameter.lengths[1]}")
    least = parameter.minimums(len(parts))
    return tuple(_within(part, low, parameter.maximum) for part, low in zip(parts, least, strict=True))


def _within(text: str, low: float, high: float) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not low <= number <= high:  # false for NaN as well
        raise InvalidInput(f"got {text[:30]!r}, expected a number from {low:g} to {high:g}")
    return number


def _plain(name: str, text: str) -> Any:
    if name in PAGE_LIMITS:
        number = _within(text, *PAGE_LIMITS[name])
        if number != math.floor(number):
            raise InvalidInput(f"got {text[:30]!r}, expected a whole number")
        return int(number)
    if name == "learning_rate":
        return _within(text, *LEARNING_RATES)
    if name == "maximize":
        return {"true": True, "false": False}[text] if text in ("true", "false") else _not_a_boolean(text)
    chosen: dict[str, Any] = {name: text}
    Config.create(**chosen)
    return text


def _not_a_boolean(text: str) -> bool:
    raise InvalidInput(f"got {text[:30]!r}, expected true or false")


def _short(value: Any) -> str:
    """A number without a needless `.0`, exactly as it is otherwise."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return str(value)
