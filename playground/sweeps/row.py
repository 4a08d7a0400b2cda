"""What a measured cell of a sweep is, in columns: the same in memory, as CSV and as Parquet."""

import math
from dataclasses import asdict, dataclass, fields
from typing import Any

ALL = "all"  # the `parameter` of the row for the whole gradient

TIMED = ("seconds_per_gradient", "variance_times_seconds")
"""The columns that depend on the machine. All others are the same numbers again for the same task."""


@dataclass(frozen=True)
class Row:
    """One estimator at one value, seen in one element of its gradient, or in all of them together.

    A task gives a row an element, in the order of θ, and last the row `all`, where means and gradients are lengths
    (Euclidean norms), and variances, squared biases and mean squared errors are sums. A task that cannot run gives the
    row `all` alone. A number is None where it is not known or not finite.

    Attributes:
      family, cost, estimator: Keys; the cost may be an expression.
      over, value: What is varied, and to which value; None in an atlas.
      samples, replicates: K and R.
      parameter: The element of θ by name, or "all".
      exact: The exact gradient.
      mean, mean_error: The mean of the R estimates, and its standard error; of its length there is none.
      bias_squared, bias_squared_error: (mean − exact)² without the mean's own noise, so that it may be a little below
        0, and its standard error.
      variance, variance_error: Of one estimate, with its standard error.
      exact_variance: The same without sampling, where the estimator knows it.
      mean_squared_error: variance + bias_squared.
      signal_to_noise: |mean| / √variance; None without noise.
      cosine, cosine_error: Mean cosine of the angle between one estimate and the exact gradient, and its standard
        error; in the row `all` only. An estimate of exactly 0 counts as 0.
      evaluations: Of f, for one estimate.
      variance_times_evaluations: What one evaluation buys: the lower the better.
      seconds_per_gradient: Of one estimate, as one of a batch of many. Depends on the machine.
      variance_times_seconds: Their product. Depends on the machine.
      unbiased: Whether the estimator claims to be; None where it cannot run.
      reason: None, or the sentence that says why it cannot run, or else why there is no exact gradient.
      config: The request, as `measure --from` takes it, that gives the same numbers again, as JSON.
    """

    family: str
    cost: str
    estimator: str
    over: str | None
    value: float | None
    samples: int
    replicates: int
    parameter: str
    exact: float | None
    mean: float | None
    mean_error: float | None
    bias_squared: float | None
    bias_squared_error: float | None
    variance: float | None
    variance_error: float | None
    exact_variance: float | None
    mean_squared_error: float | None
    signal_to_noise: float | None
    cosine: float | None
    cosine_error: float | None
    evaluations: int | None
    variance_times_evaluations: float | None
    seconds_per_gradient: float | None
    variance_times_seconds: float | None
    unbiased: bool | None
    reason: str | None
    config: str

    @property
    def ran(self) -> bool:
        """Whether there is anything measured in it."""
        return self.evaluations is not None

    def to_mapping(self) -> dict[str, Any]:
        """Plain JSON values by column."""
        return asdict(self)

    @classmethod
    def from_mapping(cls, mapping: dict[str, Any]) -> "Row":
        """The inverse of `to_mapping`."""
        return cls(**mapping)

    def repeatable(self) -> dict[str, Any]:
        """All columns that do not depend on the machine."""
        return {name: value for name, value in self.to_mapping().items() if name not in TIMED}


COLUMNS = tuple(field.name for field in fields(Row))
WHOLE = ("samples", "replicates", "evaluations")
TEXTS = ("family", "cost", "estimator", "over", "parameter", "reason", "config")
TRUTHS = ("unbiased",)


def finite(value: Any) -> float | None:
    """`value` as a float, None where it is not finite."""
    number = float(value)
    return number if math.isfinite(number) else None
