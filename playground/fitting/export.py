"""What a learner takes home of a fit: the history as CSV, the fit as JSON that opens again, the model as Python."""

import json
import math
from typing import Any

import numpy as np

from playground.dataset import Sample
from playground.export import Export, csv_text
from playground.fitting.drive import log_likelihoods
from playground.fitting.learnable import Layout, Learnable, Sizes, Values
from playground.fitting.moment import FitMoment
from playground.fitting.script import script
from playground.training.history import View
from playground.zoo import ZOO

FORMAT = "gradient-playground-fit/1"


def history_rows(history: View, names: list[str]) -> list[dict[str, Any]]:
    """One row a kept step: step, then each quantity, those of the gradient by variable; None where not finite."""
    rows = []
    for index, step in enumerate(history.step):
        row: dict[str, Any] = {"step": int(step)}
        for column, values in history.columns.items():
            value = np.atleast_1d(values[index])
            labels = [column] if values.ndim == 1 else [f"{column}[{name}]" for name in names]
            row |= dict(zip(labels, map(plain, value), strict=True))
        rows.append(row)
    return rows


def plain(value: Any) -> Any:
    """Numbers and arrays as JSON has them: nested lists of floats, None where not finite."""
    if isinstance(value, np.ndarray) and value.ndim:
        return [plain(part) for part in value]
    return float(value) if math.isfinite(value) else None


def fit_script(learnable: Learnable, sizes: Sizes, values: Values, sample: Sample | None) -> str:
    """Python that rebuilds the distribution, in the units of the data as they were given."""
    text = script(learnable, sizes, values)
    if sample is None or (np.all(sample.center == 0.0) and np.all(sample.scale == 1.0)):
        return text
    shift, scale = (f"np.array({list(map(float, array))}, np.float32)" for array in (sample.center, sample.scale))
    return (
        f"{text}\n\n# It was fitted to standardised rows. From here on it is in the units of the data.\n"
        f"shift = {shift}\nscale = {scale}\n"
        "distribution = tfd.TransformedDistribution(distribution, tfb.Chain([tfb.Shift(shift), tfb.Scale(scale)]))\n"
    )


def to_csv(moment: FitMoment) -> str:
    """The history as CSV; a value that is not finite is an empty cell."""
    return csv_text(history_rows(moment.history, list(moment.values)), ["step"])


def to_json(moment: FitMoment) -> str:
    """The fit as JSON: its configuration opens again on the page."""
    sample, data, likelihoods = moment.sample, None, (math.nan, math.nan)
    if sample is not None:
        likelihoods = log_likelihoods(Layout(ZOO[moment.config.model], moment.sizes), moment.values, sample)
        data = {
            "label": sample.label,
            "columns": list(sample.columns),
            "center": plain(sample.center),
            "scale": plain(sample.scale),
        }
    return json.dumps(
        {
            "format": FORMAT,
            "config": moment.config.to_mapping(),
            "step": moment.step,
            "status": moment.status,
            "cause": moment.cause,
            "parameters": {name: plain(value) for name, value in moment.values.items()},
            "log_likelihood": plain(likelihoods[0]),
            "holdout_log_likelihood": plain(likelihoods[1]),
            "data": data,
            "history": history_rows(moment.history, list(moment.values)),
        },
        allow_nan=False,
        indent=1,
    )


def to_script(moment: FitMoment) -> str:
    """The model as Python that runs as it stands."""
    return fit_script(ZOO[moment.config.model], moment.sizes, moment.values, moment.sample)


KINDS = {
    "csv": Export("History as CSV", "text/csv; charset=utf-8", to_csv),
    "json": Export("Fit as JSON", "application/json", to_json),
    "py": Export("Model as Python", "text/x-python; charset=utf-8", to_script),
}
