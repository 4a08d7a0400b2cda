"""What a sweep is: frozen, validated; the same in a file, on the command line and on a page."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from playground.config import Config, hyperparameters_of, problem_fields
from playground.errors import InvalidInput
from playground.estimator import Estimator
from playground.estimators import ESTIMATORS
from playground.families import FAMILIES
from playground.registry import look_up
from playground.sweeps.scale import spread
from playground.sweeps.task import Task
from playground.values import Values, known_fields, text

DIMENSION = "dimension"
NOT_SAID = object()
DEFAULTS = {"samples": 16, "replicates": 20_000}
MOST_VALUES = 1000
MOST_TASKS = 20_000


@dataclass(frozen=True)
class SweepSpec:
    """Estimators against one thing that is varied. Make it with `SweepSpec.create`.

    Attributes:
      family, params, cost, cost_params, sampling, samples, replicates, seed: As `Config` has them; what is varied is
        replaced by each of the values in turn. All cells have the same seed, so that a cell is what `measure` and Play
        show at the same settings, and neighbours on a curve share their noise.
      estimators: Any number of different keys of `ESTIMATORS`.
      hyperparameters: ((name, value), …), of all its estimators, sorted; estimators with a name in common share it.
      over: What is varied: an element of θ by name (`loc`, `logits[0]`), a parameter of the cost, `samples`, a
        hyperparameter, or `dimension`, the length of the vectors of a family that leaves it free; they are then filled
        with the given values over and over.
      values: The different values, in the order given.
    """

    family: str
    params: Values
    cost: str
    cost_params: tuple[tuple[str, float], ...]
    estimators: tuple[str, ...]
    hyperparameters: tuple[tuple[str, float], ...]
    sampling: str
    samples: int
    replicates: int
    seed: int
    over: str
    values: tuple[float, ...]

    @classmethod
    def create(
        cls,
        over: Any = NOT_SAID,
        values: Any = NOT_SAID,
        estimators: Any = ("pathwise", "score_function"),
        samples: Any = DEFAULTS["samples"],
        replicates: Any = DEFAULTS["replicates"],
        **problem: Any,
    ) -> "SweepSpec":
        """Validates plain values, as they come from JSON, and fills in defaults.

        Args:
          over, values: See there; `values` may be {"from": a, "to": b, "count": n, "scale": "linear" or "log"} as well.
          estimators: One key, or a list of keys.
          samples, replicates: K and R.
          **problem: family, params, cost, cost_params, hyperparameters, sampling, seed, as `Config.create` takes them.

        Raises:
          InvalidInput: One sentence on the first thing that is wrong. What an estimator cannot do is not wrong: such
            cells are tasks like the others, and find the reason.
        """
        for name, given in (("over", over), ("values", values)):
            if given is NOT_SAID:
                raise InvalidInput(f"The field `{name}` is missing: expected what is varied, and to which values.")
        plugins = _estimators(estimators)
        hyperparameters = _shared(plugins, problem.pop("hyperparameters", None))
        base = {**problem, "samples": samples, "replicates": replicates}
        first = _config(plugins[0], base, hyperparameters)
        chosen = {h.name: hyperparameters.get(h.name, h.default) for h in hyperparameters_of(plugins).values()}
        spec = cls(
            family=first.family,
            params=first.params,
            cost=first.cost,
            cost_params=first.cost_params,
            estimators=tuple(plugin.key for plugin in plugins),
            hyperparameters=tuple(sorted(chosen.items())),
            sampling=first.sampling,
            samples=first.samples,
            replicates=first.replicates,
            seed=first.seed,
            over=text("field `over`", over),
            values=spread(values, MOST_VALUES),
        )
        if spec.over not in spec.variable():
            raise InvalidInput(f"`over`: cannot vary {spec.over!r}, expected one of {', '.join(spec.variable())}.")
        if len(spec.estimators) * len(spec.values) > MOST_TASKS:
            count = len(spec.estimators) * len(spec.values)
            raise InvalidInput(f"A sweep has at most {MOST_TASKS:,} cells, got {count:,}: give fewer values.")
        for value, plugin in itertools.product(spec.values, plugins):
            try:
                Config.create(**spec.fields(plugin.key, value), must_run=False)
            except InvalidInput as error:
                raise InvalidInput(f"At {spec.over} = {value:g}: {error}") from None
        return spec

    @classmethod
    def from_mapping(cls, mapping: Any) -> "SweepSpec":
        """The inverse of `to_mapping`; keys that are not there take their defaults, unknown ones are refused."""
        return cls.create(**known_fields(mapping, {field.name for field in fields(cls)}))

    def to_mapping(self) -> dict[str, Any]:
        """Plain JSON values: scalars as numbers, vectors, estimators and values as lists."""
        plain = {field.name: getattr(self, field.name) for field in fields(self)}
        return plain | {
            **problem_fields(self),
            "hyperparameters": dict(self.hyperparameters),
            "estimators": list(self.estimators),
            "values": list(self.values),
        }

    def variable(self) -> tuple[str, ...]:
        """All that could be varied, by name."""
        config = _config(ESTIMATORS[self.estimators[0]], problem_fields(self), dict(self.hyperparameters))
        free = any(p.lengths is not None and p.lengths[0] < p.lengths[1] for p in FAMILIES[self.family].parameters)
        names = (*config.problem.names, *(name for name, _ in self.cost_params), "samples")
        return (*names, *(name for name, _ in self.hyperparameters), *([DIMENSION] if free else []))

    def fields(self, estimator: str, value: float) -> dict[str, Any]:
        """The fields of `Config.create` at one cell."""
        given = problem_fields(self)
        own = {h.parameter.name for h in ESTIMATORS[estimator].hyperparameters}
        hyperparameters = {name: number for name, number in self.hyperparameters if name in own}
        vector = self.over.partition("[")[0]
        if self.over == "samples":
            given["samples"] = value
        elif self.over == DIMENSION:
            given["params"] = {name: _repeated(values, value) for name, values in given["params"].items()}
        elif self.over in given["params"]:
            given["params"][self.over] = value
        elif vector in given["params"]:
            (parameter,) = (p for p in FAMILIES[self.family].parameters if p.name == vector)
            place = parameter.element_names(len(given["params"][vector])).index(self.over)
            given["params"][vector][place] = value
        elif self.over in given["cost_params"]:
            given["cost_params"][self.over] = value
        elif self.over in own:  # An estimator without it has nothing to vary, and a flat line.
            hyperparameters[self.over] = value
        return {**given, "estimators": [estimator], "hyperparameters": hyperparameters}

    def tasks(self) -> tuple[Task, ...]:
        """All cells, values from coarse to fine and all estimators at each, so that curves fill evenly."""
        return tuple(
            Task.of(self.fields(estimator, self.values[index]), self.over, self.values[index])
            for index in coarse_to_fine(len(self.values))
            for estimator in self.estimators
        )


def coarse_to_fine(count: int) -> list[int]:
    """All of 0 … count − 1: both ends, then the middle of what is left open, and so on."""
    order = sorted({0, count - 1})
    open_: list[tuple[int, int]] = [(0, count - 1)]
    while open_:
        low, high = open_.pop(0)
        if high - low > 1:
            middle = (low + high) // 2
            order.append(middle)
            open_ += [(low, middle), (middle, high)]
    return order


def _estimators(given: Any) -> list[Estimator]:
    keys = [text("estimator", key) for key in (given if isinstance(given, list | tuple) else [given])]
    if not keys or len(set(keys)) < len(keys):
        raise InvalidInput(f"Estimators: expected one or more different keys, got {keys}.")
    return [look_up(ESTIMATORS, key, "estimator") for key in keys]


def _shared(plugins: Sequence[Estimator], given: Any) -> dict[str, Any]:
    """The hyperparameters given, each of which must be one of some estimator's."""
    given = {} if given is None else given
    if not isinstance(given, Mapping):
        raise InvalidInput(f"`hyperparameters` must be an object of names and numbers, got {given!r}.")
    known = hyperparameters_of(list(plugins))
    for name in given:
        if name not in known:
            expected = f"expected one of {', '.join(known)}" if known else "they have none"
            raise InvalidInput(f"Estimators: unknown parameter '{name}', {expected}.")
    for plugin in plugins:  # each checks its own
        _config(plugin, {"cost": "cosine"}, given)
    return dict(given)


def _config(plugin: Estimator, base: Mapping[str, Any], hyperparameters: Mapping[str, Any]) -> Config:
    own = {h.parameter.name for h in plugin.hyperparameters}
    chosen = {name: value for name, value in hyperparameters.items() if name in own}
    return Config.create(**base, estimators=[plugin.key], hyperparameters=chosen, must_run=False)


def _repeated(values: Any, length: float) -> Any:
    """A vector's values over and over up to a length; a length that is none, and a scalar, stay as they are."""
    if not isinstance(values, list):
        return values
    if length != int(length) or not 0 < length <= MOST_TASKS:
        raise InvalidInput(f"`{DIMENSION}` must be a whole number from 1 on, got {length:g}.")
    return list(itertools.islice(itertools.cycle(values), int(length)))
