"""The atlas: every family × every estimator at one cost, by how much more each varies than the best of its family."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from playground.config import Config
from playground.estimators import ESTIMATORS
from playground.families import FAMILIES
from playground.measure import ROUNDING
from playground.sweeps.row import ALL, Row
from playground.sweeps.task import Task
from playground.values import known_fields

SAMPLES = 16
REPLICATES = 20_000


@dataclass(frozen=True)
class AtlasSpec:
    """What an atlas is. Make it with `AtlasSpec.create`; families stand at their default parameters.

    Attributes:
      cost, cost_params, sampling, samples, replicates, seed: As `Config` has them.
    """

    cost: str
    cost_params: tuple[tuple[str, float], ...]
    sampling: str
    samples: int
    replicates: int
    seed: int

    @classmethod
    def create(
        cls, cost: Any = "quadratic", samples: Any = SAMPLES, replicates: Any = REPLICATES, **drawing: Any
    ) -> "AtlasSpec":
        """Validates plain values, as they come from JSON, and fills in defaults.

        Args:
          cost, samples, replicates: A key or an expression, K and R.
          **drawing: cost_params, sampling, seed, as `Config.create` takes them.

        Raises:
          InvalidInput: One sentence on the first thing that is wrong.
        """
        given = {"cost": cost, "samples": samples, "replicates": replicates, **drawing}
        config = Config.create(**given, estimators=["score_function"], must_run=False)
        return cls(**{field.name: getattr(config, field.name) for field in fields(cls)})

    @classmethod
    def from_mapping(cls, mapping: Any) -> "AtlasSpec":
        """The inverse of `to_mapping`; keys that are not there take their defaults, unknown ones are refused."""
        return cls.create(**known_fields(mapping, {field.name for field in fields(cls)}))

    def to_mapping(self) -> dict[str, Any]:
        """Plain JSON values."""
        plain = {field.name: getattr(self, field.name) for field in fields(self)}
        return plain | {"cost_params": dict(self.cost_params)}

    def tasks(self) -> tuple[Task, ...]:
        """All families × all estimators, family by family; what cannot run is a task that finds the reason."""
        return tuple(
            Task.of(self.to_mapping() | {"family": family, "estimators": [estimator]})
            for family in FAMILIES
            for estimator in ESTIMATORS
        )


def tasks(cost: str, **settings: Any) -> tuple[Task, ...]:
    """The tasks of the atlas at a cost; `settings` as `AtlasSpec.create` takes them."""
    return AtlasSpec.create(cost, **settings).tasks()


@dataclass(frozen=True)
class Cell:
    """A cell of the heat map.

    Attributes:
      family, estimator: Keys.
      relative: log10 of the summed variance over that of the best of its family: 0 for the best itself. None where it
        cannot run or is not known, and for what has no noise, whose logarithm is −∞.
      noiseless: Whether its estimates do not differ, but for rounding.
      unbiased: Whether it claims to be; None where it cannot run. A biased one may lie below 0.
      reason: The sentence that says why there is no number, or None.
      row: What was measured: the row of all parameters.
    """

    family: str
    estimator: str
    relative: float | None
    noiseless: bool
    unbiased: bool | None
    reason: str | None
    row: Row


def cells(rows: Iterable[Row]) -> tuple[Cell, ...]:
    """The heat map of the rows there are, in the order of families and estimators; the best is the best so far.

    The best of a family is the legal unbiased estimator of the least variance that has any. What has none (enumeration,
    a cost whose gradient is the same for every sample) is exact, and nothing can be said relative to 0.
    """
    found = {(row.family, row.estimator): row for row in rows if row.parameter == ALL}
    best: dict[str, float] = {}
    for (family, _), row in found.items():
        if row.variance is not None and row.unbiased and not _noiseless(row):
            best[family] = min(row.variance, best.get(family, math.inf))
    order = [(family, estimator) for family in FAMILIES for estimator in ESTIMATORS if (family, estimator) in found]
    return tuple(_cell(found[pair], best) for pair in order)


def _cell(row: Row, best: Mapping[str, float]) -> Cell:
    still, relative, reason = _noiseless(row), None, row.reason
    if row.variance is not None and not still and row.family in best:
        relative = math.log10(row.variance / best[row.family])
    if reason is None and row.variance is None:
        reason = "Some of its gradients are too large for float32, or undefined."
    elif reason is None and relative is None and not still:
        reason = "No unbiased estimator of this family has any noise to compare with."
    return Cell(row.family, row.estimator, relative, still, row.unbiased, reason, row)


def _noiseless(row: Row) -> bool:
    """Whether the spread is rounding: of the mean, or of what a biased estimator's terms add up to nothing from."""
    size = max(abs(row.mean or 0.0), abs(row.exact or 0.0))
    return row.variance is not None and math.sqrt(row.variance) <= ROUNDING * size
