"""What a learner takes home of a model of layers: history as CSV, training as JSON, weights as JSON."""

import json
import math
from typing import Any

import numpy as np

from playground.export import Export, csv_text
from playground.layers import weights
from playground.layers.moment import LayersMoment, gradient_rows
from playground.layers.steps import COLUMNS, DRAWS

FORMAT = "gradient-playground-layers/1"


def history_rows(moment: LayersMoment) -> list[dict[str, Any]]:
    """One row a kept step: step, loss, scores, then mean, variance and exact gradient by name; None where unknown."""
    rows = []
    for index, step in enumerate(moment.history.step):
        row: dict[str, Any] = {"step": int(step)}
        for column, values in moment.history.columns.items():
            labels = [column] if column in COLUMNS else [f"{column}[{name}]" for name in moment.groups]
            row |= {label: _plain(value) for label, value in zip(labels, np.atleast_1d(values[index]), strict=True)}
        rows.append(row)
    return rows


def _plain(value: Any) -> float | None:
    return float(value) if math.isfinite(value) else None


def to_csv(moment: LayersMoment) -> str:
    """The history as CSV; what is unknown is an empty cell."""
    return csv_text(history_rows(moment), ["step"])


def to_json(moment: LayersMoment) -> str:
    """The training as JSON: its configuration opens again on the page."""
    gradients = [
        {"name": row.name, "flow": row.flow}
        | {name: _plain(getattr(row, name)) for name in ("mean", "variance", "exact", "errors")}
        for row in gradient_rows(moment, DRAWS)
    ]
    return json.dumps(
        {
            "format": FORMAT,
            "config": moment.config.to_mapping(),
            "step": moment.step,
            "status": moment.status,
            "cause": moment.cause,
            "gradients_at_step": moment.probed,
            "draws": DRAWS,
            "gradients": gradients,
            "history": history_rows(moment),
        },
        allow_nan=False,
        indent=1,
    )


def to_weights(moment: LayersMoment) -> str:
    """The weights as JSON, which the page loads again."""
    return weights.write(moment.config.model, moment.config.way, moment.weights)


KINDS = {
    "csv": Export("History as CSV", "text/csv; charset=utf-8", to_csv),
    "json": Export("Training as JSON", "application/json", to_json),
    "weights.json": Export("Weights as JSON", "application/json", to_weights),
}
