"""The identity of an experiment: frozen, validated; the same in a URL, a file, on the command line and on a page."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from playground.costs import cost_from, default_cost
from playground.errors import InvalidInput
from playground.estimator import Draw, Estimator
from playground.estimators import ESTIMATORS
from playground.estimators.sampling import SCHEMES
from playground.families import FAMILIES
from playground.parameter import Parameter
from playground.problem import Family, Problem
from playground.registry import look_up
from playground.training.optimizers import OPTIMIZERS
from playground.values import Values, boolean, choice, integer, known_fields, positive, text, values

MODES = ("race", "same")
NOT_SAID = object()  # No value that JSON could hold: the cost is then the first that the family has an expectation of.
MOST_SAMPLES_IN_ALL = 10**9  # Numbers: a vector is as many as it has coordinates.
LIMITS = {"samples": (1, 1_000_000), "replicates": (2, 10_000_000), "seed": (0, 2**31 - 1)}
MOST_ESTIMATORS = 4


@dataclass(frozen=True)
class Config:
    """One experiment. Make it with `Config.create`, which fills in defaults and refuses what cannot be.

    Attributes:
      family: A key of `FAMILIES`.
      params: θ₀, ((name, values), …) in the family's order; a scalar has one value.
      cost: A key of `COSTS`, or an expression in x.
      cost_params: ((name, value), …) in the cost's order.
      estimators: One to four keys of `ESTIMATORS`, which race from θ₀ with the same seed and sample budget.
      hyperparameters: ((name, value), …), of all its estimators, sorted; estimators with a name in common share it.
      sampling: A key of `SCHEMES`.
      samples, replicates: K and R.
      seed: Of everything random.
      optimizer: A key of `OPTIMIZERS`.
      learning_rate: Of the optimiser, on the unconstrained parameters.
      maximize: Whether E[f] is to grow.
      mode: "race" (each estimator trains its own θ) or "same" (the first trains, all are measured at its θ).
      show: The one or two elements of θ that charts look at, by name; all are trained.
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
    optimizer: str
    learning_rate: float
    maximize: bool
    mode: str
    show: tuple[str, ...]

    @classmethod
    def create(
        cls,
        family: str = "normal",
        params: Mapping[str, Any] | None = None,
        cost: Any = NOT_SAID,
        cost_params: Mapping[str, Any] | None = None,
        estimators: Any = ("pathwise",),
        hyperparameters: Mapping[str, Any] | None = None,
        sampling: str = "independent",
        samples: Any = 16,
        replicates: Any = 256,
        seed: Any = 0,
        optimizer: str = "sgd",
        learning_rate: Any = 0.005,
        maximize: Any = False,
        mode: str = "race",
        show: Any = (),
        must_run: bool = True,
    ) -> "Config":
        """Validates plain values, as they come from JSON, and fills in defaults.

        Args:
          must_run: Whether to refuse what its estimators cannot estimate; all other arguments are the fields.

        Raises:
          InvalidInput: One sentence on the first thing that is wrong.
        """
        chosen = look_up(FAMILIES, text("family", family), "family")
        cost_ = cost_from(default_cost(chosen) if cost is NOT_SAID else text("cost", cost))
        given = estimators if isinstance(estimators, list | tuple) else [estimators]
        keys = tuple(text("estimator", key) for key in given)
        if not 1 <= len(keys) <= MOST_ESTIMATORS or len(set(keys)) < len(keys):
            raise InvalidInput(f"Estimators: expected one to {MOST_ESTIMATORS} different keys, got {list(keys)}.")
        plugins = [look_up(ESTIMATORS, key, "estimator") for key in keys]
        config = cls(
            family=chosen.key,
            params=_family_values(chosen, params),
            cost=cost_.key,
            cost_params=tuple(
                (name, value[0]) for name, value in values(f"Cost '{cost_.key}'", cost_.parameters, cost_params)
            ),
            estimators=keys,
            hyperparameters=_hyperparameters(plugins, hyperparameters),
            sampling=choice("sampling", sampling, SCHEMES),
            samples=integer("samples", samples, *LIMITS["samples"]),
            replicates=integer("replicates", replicates, *LIMITS["replicates"]),
            seed=integer("seed", seed, *LIMITS["seed"]),
            optimizer=choice("optimizer", optimizer, tuple(OPTIMIZERS)),
            learning_rate=positive("learning_rate", learning_rate),
            maximize=boolean("maximize", maximize),
            mode=choice("mode", mode, MODES),
            show=(),
        )
        config = replace(config, show=_show(config.problem.names, show))
        if config.numbers > MOST_SAMPLES_IN_ALL:
            product = "samples × replicates × coordinates" if chosen.vector else "samples × replicates"
            raise InvalidInput(f"{product} must be at most {MOST_SAMPLES_IN_ALL:,}, got {config.numbers:,}.")
        for plugin in plugins if must_run else ():
            reason = plugin.why_not(config.problem, config.draw)
            if reason is not None:
                raise InvalidInput(f"Estimator '{plugin.key}' cannot run: {reason}")
        return config

    @classmethod
    def from_mapping(cls, mapping: Any) -> "Config":
        """The inverse of `to_mapping`; keys that are not there take their defaults, unknown ones are refused."""
        return cls.create(**known_fields(mapping, {field.name for field in fields(cls)}))

    def to_mapping(self) -> dict[str, Any]:
        """Plain JSON values: scalars as numbers, vectors and estimators as lists."""
        plain = {field.name: getattr(self, field.name) for field in fields(self)}
        return plain | {
            **problem_fields(self),
            "hyperparameters": dict(self.hyperparameters),
            "estimators": list(self.estimators),
            "show": list(self.show),
        }

    def bare(self) -> "Config":
        """The problem and the way of training alone, without estimators: what all exact values depend on."""
        return replace(
            self,
            estimators=("score_function",),
            hyperparameters=(),
            sampling="independent",
            samples=1,
            replicates=2,
            seed=0,
            learning_rate=1.0,
            mode="race",
        )

    @property
    def problem(self) -> Problem:
        return Problem(
            FAMILIES[self.family],
            cost_from(self.cost),
            tuple(len(values) for _, values in self.params),
            dict(self.cost_params),
        )

    @property
    def theta(self) -> list[float]:
        """θ₀, flat: P floats."""
        return [value for _, values in self.params for value in values]

    @property
    def numbers(self) -> int:
        """How many numbers are drawn for the replicates of one estimate."""
        return self.samples * self.replicates * (self.problem.coordinates or 1)

    @property
    def draw(self) -> Draw:
        return Draw(self.samples, self.replicates, self.sampling)


def problem_fields(config: Any) -> dict[str, Any]:
    """What is estimated, and from how many samples, as plain values: of a `Config`, or of whatever has these fields."""
    lengths = {p.name: p.lengths for p in FAMILIES[config.family].parameters}
    params = {name: values[0] if lengths[name] is None else list(values) for name, values in config.params}
    plain = {name: getattr(config, name) for name in ("family", "cost", "sampling", "samples", "replicates", "seed")}
    return plain | {"params": params, "cost_params": dict(config.cost_params)}


def hyperparameters_of(estimators: list[Estimator]) -> dict[str, Parameter]:
    """The hyperparameters of some estimators by name; what they have in common is one."""
    return {h.parameter.name: h.parameter for estimator in estimators for h in estimator.hyperparameters}


@functools.cache
def _static_names() -> frozenset[str]:
    return frozenset(h.parameter.name for e in ESTIMATORS.values() for h in e.hyperparameters if not h.hot)


def is_static(hyperparameter: str) -> bool:
    """Whether it shapes the compiled step, so that a change starts a new run."""
    return hyperparameter in _static_names()


def _hyperparameters(plugins: list[Estimator], given: Mapping[str, Any] | None) -> tuple[tuple[str, float], ...]:
    known = hyperparameters_of(plugins)
    subject = f"Estimator '{plugins[0].key}'" if len(plugins) == 1 else "Estimators"
    found = {name: value[0] for name, value in values(subject, tuple(known.values()), given)}
    for name, value in found.items():
        low, high = known[name].minimum, known[name].maximum
        if not low <= value <= high:
            raise InvalidInput(f"{subject}: `{name}` must be between {low:g} and {high:g}, got {value:g}.")
        if is_static(name) and value != int(value):
            raise InvalidInput(f"{subject}: `{name}` must be a whole number, got {value:g}.")
    return tuple(sorted(found.items()))


def _family_values(family: Family, given: Mapping[str, Any] | None) -> Values:
    found = values(f"Family '{family.key}'", family.parameters, given)
    pairs = zip(found, family.parameters, strict=True)
    lengths = {len(vector) for (_, vector), p in pairs if p.lengths is not None and p.lengths[0] < p.lengths[1]}
    if len(lengths) > 1:
        raise InvalidInput(f"Family '{family.key}': its vectors must have one length, got {sorted(lengths)}.")
    return found


def _show(names: tuple[str, ...], given: Any) -> tuple[str, ...]:
    chosen = tuple(given) if isinstance(given, list | tuple) else (given,)
    for name in chosen:
        if name not in names:
            raise InvalidInput(f"`show`: unknown parameter {name!r}, expected one of {', '.join(names)}.")
    if len(chosen) > 2 or len(set(chosen)) < len(chosen):
        raise InvalidInput(f"`show`: expected one or two different parameters, got {list(chosen)}.")
    return chosen or names[:2]
