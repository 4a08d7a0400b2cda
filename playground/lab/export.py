"""What a learner takes home of the lab: the table as CSV or Parquet, the whole of it as JSON that opens again."""

import io
import json
from typing import Any

import pyarrow as pa
from pyarrow import parquet as pq

from playground.export import Export, csv_text
from playground.lab.plan import atlas_spec
from playground.lab.training import LabMoment
from playground.sweeps import table

FORMAT = "gradient-playground-lab/1"


def points(moment: LabMoment) -> list[dict[str, Any]]:
    """The clouds' points: a row an estimate, with one column for each element of θ."""
    return [
        {"estimator": cloud.estimator, "replicate": index}
        | dict(zip(cloud.names, (float(value) for value in point), strict=True))
        for cloud in moment.clouds
        for index, point in enumerate(cloud.points)
    ]


def to_csv(moment: LabMoment) -> str:
    """The rows as `python -m playground sweep` writes them; of the view of clouds, the points."""
    if moment.config.view == "cloud":
        return csv_text(points(moment), ["estimator", "replicate", *moment.config.base.problem.names])
    return table.to_csv(moment.rows)


def to_parquet(moment: LabMoment) -> bytes:
    """The same as Parquet. Its metadata have what `sweep` takes to do it again; of a cloud, the configuration."""
    config = moment.config
    if config.view != "cloud":
        again = {"sweep": config.spec.to_mapping, "atlas": lambda: {"atlas": atlas_spec(config).to_mapping()}}
        return table.to_parquet(moment.rows, json.dumps(again[config.view]()) if config.view in again else "")
    names = config.base.problem.names
    types = [("estimator", pa.string()), ("replicate", pa.int64()), *((name, pa.float64()) for name in names)]
    schema, sink = pa.schema(types, metadata={FORMAT: json.dumps(config.to_mapping())}), io.BytesIO()
    pq.write_table(pa.Table.from_pylist(points(moment), schema=schema), sink)
    return sink.getvalue()


def to_json(moment: LabMoment) -> str:
    """Configuration, how far it is, and all that was found: the configuration opens again on the page."""
    clouds = [{"estimator": c.estimator, "reason": c.reason, "count": len(c.points)} for c in moment.clouds]
    return json.dumps(
        {
            "format": FORMAT,
            "config": moment.config.to_mapping(),
            "step": moment.step,
            "total": moment.total,
            "status": moment.status,
            "cause": moment.cause,
            "rows": [row.to_mapping() for row in moment.rows],
            "clouds": clouds,
        },
        allow_nan=False,
        indent=1,
    )


KINDS = {
    "csv": Export("Table as CSV", "text/csv; charset=utf-8", to_csv),
    "parquet": Export("Table as Parquet", "application/vnd.apache.parquet", to_parquet),
    "json": Export("Everything as JSON", "application/json", to_json),
}
