"""The identity of what the Variance lab computes: frozen, validated; the same in a URL, a file and on the page."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from playground.config import NOT_SAID, Config, problem_fields
from playground.errors import InvalidInput
from playground.estimators import ESTIMATORS
from playground.lab.measures import MEASURES
from playground.lab.ranges import MOST_SAMPLES, Range, ranges
from playground.registry import look_up
from playground.sweeps.row import ALL
from playground.sweeps.scale import SCALES
from playground.sweeps.spec import SweepSpec
from playground.values import Values, choice, integer, known_fields, number, text

VIEWS = {
    "sweep": "Sweep",
    "atlas": "Atlas",
    "cloud": "Cloud of estimates",
    "advice": "Which one should I use?",
}
LIMITS = {"samples": (1, MOST_SAMPLES), "replicates": (100, 5000), "count": (2, 41), "budget": (1, 10_000)}
MOST_ESTIMATORS = 8
MOST_DRAWS = 1_000_000


@dataclass(frozen=True)
class LabConfig:
    """What is looked at. Make it with `LabConfig.create`, which fills in defaults and refuses what cannot be.

    Attributes:
      view: A key of `VIEWS`.
      family, params, cost, cost_params, sampling, samples, replicates, seed: As `playground.config.Config` has them.
      estimators: One to eight keys, each with a curve or a cloud; those that cannot run say why.
      hyperparameters: ((name, value), …), of all its estimators, sorted.
      over: What the sweep varies, by name.
      low, high, count, scale: Its values, from end to end: "linear" or "log".
      measure: A key of `MEASURES`: what is drawn of the sweep.
      show: What is looked at: an element of θ by name, or "all" for the whole gradient.
      budget: Evaluations of f that one estimate may take, for the advice.
    """

    view: str
    family: str
    params: Values
    cost: str
    cost_params: tuple[tuple[str, float], ...]
    estimators: tuple[str, ...]
    hyperparameters: tuple[tuple[str, float], ...]
    sampling: str
    samples: int
    replicates: int
    over: str
    low: float
    high: float
    count: int
    scale: str
    measure: str
    show: str
    budget: int
    seed: int

    @classmethod
    def create(
        cls,
        view: Any = "sweep",
        family: Any = "normal",
        params: Mapping[str, Any] | None = None,
        cost: Any = NOT_SAID,
        cost_params: Mapping[str, Any] | None = None,
        estimators: Any = ("pathwise", "score_function"),
        hyperparameters: Mapping[str, Any] | None = None,
        sampling: Any = "independent",
        samples: Any = 16,
        replicates: Any = 1000,
        over: Any = "",
        low: Any = None,
        high: Any = None,
        count: Any = 9,
        scale: Any = "",
        measure: Any = "variance",
        show: Any = ALL,
        budget: Any = 100,
        seed: Any = 0,
    ) -> "LabConfig":
        """Validates plain values, as they come from JSON, and fills in defaults.

        What is varied is by default the first element of θ, over the range of its slider.

        Raises:
          InvalidInput: One sentence on the first thing that is wrong. What an estimator cannot do is not wrong.
        """
        keys = estimators if isinstance(estimators, list | tuple) else [estimators]
        if not 1 <= len(keys) <= MOST_ESTIMATORS:
            raise InvalidInput(f"Estimators: expected one to {MOST_ESTIMATORS} keys, got {list(keys)[:12]}.")
        plugins = [look_up(ESTIMATORS, text("estimator", key), "estimator") for key in keys]
        problem = {
            "family": family,
            "params": params,
            "cost": cost,
            "cost_params": cost_params,
            "sampling": sampling,
            "samples": integer("samples", samples, *LIMITS["samples"]),
            "replicates": integer("replicates", replicates, *LIMITS["replicates"]),
            "seed": seed,
        }
        base = Config.create(**problem, estimators=["score_function"], must_run=False)
        known = ranges(base, plugins)
        chosen = choice("over", text("field `over`", over) or next(iter(known)), tuple(known))
        ends = _ends(chosen, known[chosen], low, high, scale)
        values = known[chosen].values(*ends[:2], integer("count", count, *LIMITS["count"]), ends[2])
        spec = SweepSpec.create(
            over=chosen, values=values, estimators=list(keys), hyperparameters=hyperparameters, **problem
        )
        most = max(values) if chosen == "samples" else spec.samples
        if most * spec.replicates > MOST_DRAWS:
            raise InvalidInput(
                f"samples × replicates must be at most {MOST_DRAWS:,} in the lab, got {most * spec.replicates:,.0f}: "
                "`python -m playground sweep` has room for more."
            )
        return cls(
            view=choice("view", view, tuple(VIEWS)),
            **{name: getattr(spec, name) for name in _OF_SPEC},
            low=ends[0],
            high=ends[1],
            scale=ends[2],
            count=int(count),
            measure=choice("measure", measure, tuple(MEASURES)),
            show=choice("show", show, (ALL, *base.problem.names)),
            budget=integer("budget", budget, *LIMITS["budget"]),
        )

    @classmethod
    def from_mapping(cls, mapping: Any) -> "LabConfig":
        """The inverse of `to_mapping`; keys that are not there take their defaults, unknown ones are refused."""
        return cls.create(**known_fields(mapping, {field.name for field in fields(cls)}))

    def to_mapping(self) -> dict[str, Any]:
        """Plain JSON values: scalars as numbers, vectors and estimators as lists."""
        plain = {field.name: getattr(self, field.name) for field in fields(self)}
        return plain | {name: value for name, value in self.spec.to_mapping().items() if name in plain}

    @property
    def base(self) -> Config:
        """The problem itself, of the first estimator, whether it can run or not."""
        return _base(self)

    @property
    def spec(self) -> SweepSpec:
        return _spec(self)


_OF_SPEC = (
    "family",
    "params",
    "cost",
    "cost_params",
    "estimators",
    "hyperparameters",
    "sampling",
    "samples",
    "replicates",
    "over",
    "seed",
)


def _ends(over: str, known: Range, low: Any, high: Any, scale: Any) -> tuple[float, float, str]:
    """Both ends, and the scale between them."""
    first = known.low if low is None else number("`low`", low)
    last = known.high if high is None else number("`high`", high)
    for name, value in (("low", first), ("high", last)):
        if not known.least <= value <= known.most:
            raise InvalidInput(f"`{name}` of {over} must be between {known.least:g} and {known.most:g}, got {value:g}.")
    if not first < last:
        raise InvalidInput(f"`low` must be below `high`, got {first:g} and {last:g}.")
    if known.whole and (first != int(first) or last != int(last)):
        raise InvalidInput(f"`low` and `high` of {over} must be whole numbers, got {first:g} and {last:g}.")
    chosen = choice("scale", text("scale", scale) or (known.scale if first > 0.0 else "linear"), SCALES)
    if chosen == "log" and not first > 0.0:
        raise InvalidInput(f"A log scale needs `low` above 0, got {first:g}: choose a linear one.")
    return first, last, chosen


@functools.lru_cache(maxsize=256)
def _base(config: LabConfig) -> Config:
    known = {h.parameter.name for h in ESTIMATORS[config.estimators[0]].hyperparameters}
    hyperparameters = {name: value for name, value in config.hyperparameters if name in known}
    return Config.create(
        **problem_fields(config), estimators=[config.estimators[0]], hyperparameters=hyperparameters, must_run=False
    )


@functools.lru_cache(maxsize=256)
def _spec(config: LabConfig) -> SweepSpec:
    known = ranges(config.base, [ESTIMATORS[key] for key in config.estimators])[config.over]
    return SweepSpec.create(
        **problem_fields(config),
        over=config.over,
        values=known.values(config.low, config.high, config.count, config.scale),
        estimators=list(config.estimators),
        hyperparameters=dict(config.hyperparameters),
    )
