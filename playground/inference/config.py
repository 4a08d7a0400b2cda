"""The identity of a variational experiment: frozen, validated; the same in a URL, a file and on a page."""

from dataclasses import dataclass, fields
from typing import Any

from playground.approximations import APPROXIMATIONS
from playground.errors import InvalidInput
from playground.inference.approximation import Sizes, Surrogate
from playground.objectives import OBJECTIVES
from playground.points import OVERLAPPING, Points, points_of, tensor_of
from playground.registry import look_up
from playground.target import Target
from playground.targets import TARGETS
from playground.training.optimizers import OPTIMIZERS
from playground.values import choice, integer, known_fields, positive, text

LIMITS = {
    "components": (2, 6),
    "samples": (1, 256),
    "replicates": (2, 256),
    "annealing": (0, 100_000),
    "seed": (0, 2**31 - 1),
}
MOST_DRAWS = 2**14
MOST_OBJECTIVES = 4


@dataclass(frozen=True)
class InferenceConfig:
    """One experiment. Make it with `InferenceConfig.create`, which fills in defaults and refuses what cannot be.

    Attributes:
      target: A key of `TARGETS`, one of those in `inferable`.
      points: The data of a target that has any, else none.
      approximation: A key of `APPROXIMATIONS`.
      components: Of a mixture; others do not look at it.
      objectives: One to four keys of `OBJECTIVES`, which race from the same φ₀ with the same seed.
      samples, replicates: K and R.
      annealing: The number of steps over which log p is turned up from a hundredth to all of it; 0 for none.
      optimizer: A key of `OPTIMIZERS`.
      learning_rate: Of the optimiser, on φ.
      seed: Of φ₀ and of everything random.
      show: The two elements of φ whose gradients are recorded one by one; all are trained.
    """

    target: str
    points: Points
    approximation: str
    components: int
    objectives: tuple[str, ...]
    samples: int
    replicates: int
    annealing: int
    optimizer: str
    learning_rate: float
    seed: int
    show: tuple[str, str]

    @classmethod
    def create(
        cls,
        target: str = "prior_and_square",
        points: Any = (),
        approximation: str = "diagonal",
        components: Any = 4,
        objectives: Any = ("monte_carlo_kl",),
        samples: Any = 8,
        replicates: Any = 32,
        annealing: Any = 0,
        optimizer: str = "adam",
        learning_rate: Any = 0.02,
        seed: Any = 0,
        show: Any = (),
    ) -> "InferenceConfig":
        """Validates plain values, as they come from JSON, and fills in defaults.

        Raises:
          InvalidInput: One sentence on the first thing that is wrong.
        """
        chosen = look_up(inferable(), text("target", target), "target")
        family = look_up(APPROXIMATIONS, text("approximation", approximation), "approximation")
        if (reason := family.why_not(chosen)) is not None:
            raise InvalidInput(f"Approximation '{family.key}' cannot be used: {reason}")
        count = integer("components", components, *LIMITS["components"])
        given = objectives if isinstance(objectives, list | tuple) else [objectives]
        keys = tuple(text("objective", key) for key in given)
        if not 1 <= len(keys) <= MOST_OBJECTIVES or len(set(keys)) < len(keys):
            raise InvalidInput(f"Objectives: expected one to {MOST_OBJECTIVES} different keys, got {list(keys)}.")
        plugins = [look_up(OBJECTIVES, key, "objective") for key in keys]
        config = cls(
            target=chosen.key,
            points=_points(chosen, points),
            approximation=family.key,
            components=count,
            objectives=keys,
            samples=integer("samples", samples, *LIMITS["samples"]),
            replicates=integer("replicates", replicates, *LIMITS["replicates"]),
            annealing=integer("annealing", annealing, *LIMITS["annealing"]),
            optimizer=choice("optimizer", optimizer, tuple(OPTIMIZERS)),
            learning_rate=positive("learning_rate", learning_rate),
            seed=integer("seed", seed, *LIMITS["seed"]),
            show=_show(family.names(Sizes(chosen.event_size, count)), show),
        )
        if config.samples * config.replicates > MOST_DRAWS:
            in_all = config.samples * config.replicates
            raise InvalidInput(f"samples × replicates must be at most {MOST_DRAWS:,}, got {in_all:,}.")
        for plugin in plugins:
            if (reason := plugin.why_not(chosen, family, config.samples)) is not None:
                raise InvalidInput(f"Objective '{plugin.key}' cannot run: {reason}")
        return config

    @classmethod
    def from_mapping(cls, mapping: Any) -> "InferenceConfig":
        """The inverse of `to_mapping`; keys that are not there take their defaults, unknown ones are refused."""
        return cls.create(**known_fields(mapping, {field.name for field in fields(cls)}))

    def to_mapping(self) -> dict[str, Any]:
        """Plain JSON values."""
        plain = {field.name: getattr(self, field.name) for field in fields(self)}
        points = [list(point) for point in self.points]
        return plain | {"points": points, "objectives": list(self.objectives), "show": list(self.show)}

    @property
    def density(self) -> Target:
        """The target, with this experiment's data where it has any."""
        return TARGETS[self.target].at(tensor_of(self.points))

    @property
    def surrogate(self) -> Surrogate:
        """The approximation at this experiment's sizes."""
        return Surrogate(APPROXIMATIONS[self.approximation], Sizes(TARGETS[self.target].event_size, self.components))


def inferable() -> dict[str, Target]:
    """The targets that can be approximated and drawn here: of one or two real elements, or with data."""
    return {
        key: target
        for key, target in TARGETS.items()
        if target.kind == "plane" and target.event_size <= 2 or target.given is not None
    }


def _points(target: Target, given: Any) -> Points:
    """The data of a target: some to begin with where none are given."""
    if target.given is not None:
        return points_of(given) if given else OVERLAPPING
    if given:
        raise InvalidInput(f"Points: the target {target.label} has no data, expected no points.")
    return ()


def _show(names: tuple[str, ...], given: Any) -> tuple[str, str]:
    chosen = tuple(given) if isinstance(given, list | tuple) else (given,)
    for name in chosen:
        if name not in names:
            raise InvalidInput(f"`show`: unknown element {name!r}, expected two of {', '.join(names[:8])}, ….")
    if chosen and (len(chosen) != 2 or chosen[0] == chosen[1]):
        raise InvalidInput(f"`show`: expected two different elements, got {list(chosen)}.")
    return (chosen[0], chosen[1]) if chosen else (names[0], next(name for name in names if name.startswith("raw")))
