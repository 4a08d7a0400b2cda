"""What a learner takes home: the history as CSV, the run as JSON that opens again, its forecasts."""

import json
import math
from typing import Any

import numpy as np

from playground.export import Export, csv_text
from playground.sequences.moment import BANDS, LEVELS, SequenceMoment

FORMAT = "gradient-playground-sequence/1"


def history_rows(moment: SequenceMoment) -> list[dict[str, Any]]:
    """One row a kept step; those of the gradient by layer; None where not finite."""
    rows = []
    for index, step in enumerate(moment.history.step):
        row: dict[str, Any] = {"step": int(step)}
        for name, values in moment.history.columns.items():
            labels = [name] if values.ndim == 1 else [f"{name}[{layer}]" for layer in moment.layers]
            row |= dict(zip(labels, map(_plain, np.atleast_1d(values[index])), strict=True))
        rows.append(row)
    return rows


def forecasts(moment: SequenceMoment) -> list[dict[str, Any]]:
    """One row a value in view: what it was, and what was forecast before it was seen."""
    bands = {percent: moment.band(percent) for percent in BANDS}
    rows = []
    for index, time in enumerate(moment.time):
        row = {"time": int(time), "value": _plain(moment.values[index])}
        row |= {"held_out": index >= len(moment.time) - moment.held_out, "loc": _plain(moment.loc[index])}
        row["scale"] = _plain(moment.scale[index])
        for percent, (low, high) in bands.items():
            row |= {f"low_{percent}": _plain(low[index]), f"high_{percent}": _plain(high[index])}
        rows.append(row)
    return rows


def to_csv(moment: SequenceMoment) -> str:
    """The history as CSV; a value that is not finite is an empty cell."""
    return csv_text(history_rows(moment), ["step"])


def to_json(moment: SequenceMoment) -> str:
    """The run as JSON: its configuration opens again on the page."""
    return json.dumps(
        {
            "format": FORMAT,
            "config": moment.config.to_mapping(),
            "step": moment.step,
            "status": moment.status,
            "cause": moment.cause,
            "series": {"label": moment.series.label, "center": moment.series.center, "scale": moment.series.scale},
            "best_holdout": _plain(moment.series.best_holdout),
            "coverage": {
                "nominal": [round(float(level), 2) for level in LEVELS],
                "train": list(map(_plain, moment.coverage(held_out=False))),
                "holdout": list(map(_plain, moment.coverage(held_out=True))),
            },
            "history": history_rows(moment),
            "forecasts": forecasts(moment),
        },
        allow_nan=False,
        indent=1,
    )


def _plain(value: Any) -> float | None:
    return float(value) if math.isfinite(value) else None


KINDS = {
    "csv": Export("History as CSV", "text/csv; charset=utf-8", to_csv),
    "json": Export("Run as JSON", "application/json", to_json),
}
