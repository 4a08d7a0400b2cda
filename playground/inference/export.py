"""What a learner takes home of a variational run: the history as CSV, the run as JSON that opens again."""

import json
import math
from typing import Any

import numpy as np

from playground.export import Export, csv_text
from playground.inference.training import InferenceMoment

FORMAT = "gradient-playground-inference/1"


def history_rows(moment: InferenceMoment) -> list[dict[str, Any]]:
    """One row a kept step and an objective; what is not finite is None."""
    rows, columns = [], moment.history.columns
    for index, step in enumerate(moment.history.step):
        for lane, key in enumerate(moment.config.objectives):
            row: dict[str, Any] = {"step": int(step), "objective": key}
            for name, values in columns.items():
                own = values[index] if values.ndim == 1 else values[index, lane]
                labels = [name] if np.ndim(own) == 0 else [f"{name}[{element}]" for element in moment.config.show]
                row |= {label: _plain(value) for label, value in zip(labels, np.atleast_1d(own), strict=True)}
            rows.append(row)
    return rows


def to_csv(moment: InferenceMoment) -> str:
    """The history as CSV; a value that is not finite is an empty cell."""
    return csv_text(history_rows(moment), ["step", "objective"])


def to_json(moment: InferenceMoment) -> str:
    """The run as JSON: its configuration opens again on the page."""
    lanes = {
        key: dict(zip(moment.names, map(_plain, phi), strict=True))
        for key, phi in zip(moment.config.objectives, moment.phi, strict=True)
    }
    content = {
        "format": FORMAT,
        "config": moment.config.to_mapping(),
        "step": moment.step,
        "status": moment.status,
        "cause": moment.cause,
        "log_evidence": _plain(moment.log_evidence),
        "phi": lanes,
        "history": history_rows(moment),
    }
    return json.dumps(content, allow_nan=False, indent=1)


def _plain(value: Any) -> float | None:
    return float(value) if math.isfinite(value) else None


KINDS = {
    "csv": Export("History as CSV", "text/csv; charset=utf-8", to_csv),
    "json": Export("Run as JSON", "application/json", to_json),
}
