"""What a sweep may be drawn as: columns of its rows, with their words."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Measure:
    """One quantity of an estimator.

    Attributes:
      key: A column of `playground.sweeps.row.Row`.
      label, short: In menus and titles, and in a sentence.
      log: Whether its axis is logarithmic.
      lower: Whether less of it is better.
      story: What it says, for somebody who meets it for the first time.
      error: The column of its standard error, or None.
      elements: Whether each element of θ has its own; else there is one for the whole gradient.
    """

    key: str
    label: str
    short: str
    log: bool
    lower: bool
    story: str
    error: str | None = None
    elements: bool = True


MEASURES = {
    measure.key: measure
    for measure in (
        Measure(
            "variance",
            "Variance",
            "variance",
            True,
            True,
            "How far one estimate strays from the next. Four times the variance: twice the shaking, or four times the "
            "samples to get rid of it.",
            "variance_error",
        ),
        Measure(
            "bias_squared",
            "Bias²",
            "squared bias",
            True,
            True,
            "How far the mean of very many estimates is from the exact gradient, squared. No number of samples removes "
            "it. A gap means: no bias to be seen above the noise.",
            "bias_squared_error",
        ),
        Measure(
            "mean_squared_error",
            "Mean squared error",
            "mean squared error",
            True,
            True,
            "Variance and bias² together: how far one estimate is from the exact gradient.",
            "variance_error",
        ),
        Measure(
            "signal_to_noise",
            "Signal-to-noise ratio",
            "signal-to-noise ratio",
            True,
            False,
            "The length of the mean gradient over the spread of one estimate. Below 1 the noise is longer than the "
            "signal.",
        ),
        Measure(
            "cosine",
            "Cosine to the exact gradient",
            "cosine",
            False,
            False,
            "How well one estimate points where the exact gradient points: 1 is the same direction, 0 a right angle.",
            "cosine_error",
            elements=False,
        ),
        Measure(
            "variance_times_evaluations",
            "Variance × evaluations of f",
            "variance times evaluations",
            True,
            True,
            "Some estimators ask f twice a sample. This is the variance at equal numbers of evaluations of f.",
        ),
        Measure(
            "variance_times_seconds",
            "Variance × time",
            "variance times time",
            True,
            True,
            "The variance at equal computing time, on this server at this moment: it differs from machine to machine.",
        ),
    )
}
