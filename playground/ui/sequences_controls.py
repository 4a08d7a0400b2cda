"""The sidebar of the Sequences page: which series, which network, which wiring, and how it is trained."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from playground.data.table import read_table
from playground.data.uploads import UPLOADS
from playground.errors import InvalidInput
from playground.sequences.config import LIMITS, UPLOAD, SequenceConfig
from playground.sequences.networks import NETWORKS
from playground.sequences.presets import PRESETS
from playground.sequences.processes import PROCESSES
from playground.sequences.series import series_for
from playground.training.optimizers import OPTIMIZERS
from playground.ui import fields
from playground.ui.flat_query import FlatCodec, number

CODEC = FlatCodec(
    SequenceConfig.create,
    {
        "series": str,
        "column": str,
        "points": number,
        "network": str,
        "units": number,
        "kernel": number,
        "scale": str,
        "wiring": str,
        "window": number,
        "batch": number,
        "optimizer": str,
        "learning_rate": number,
        "seed": number,
    },
    PRESETS[0].fields,
)
SCALES = {"per_step": "for each step", "shared": "one for all", "fixed": "fixed"}
WIRINGS = {"outside": "outside", "inside": "inside"}


def from_query(query: Mapping[str, str]) -> tuple[SequenceConfig, float, list[str]]:
    """As `FlatCodec.from_query`; an upload that is not here, or that cannot be used, is named and replaced."""
    named = query.get("series", "").startswith(UPLOAD)
    if not named:
        return CODEC.from_query(query)
    # A key of an upload and its column only mean something together, so that neither is tried alone.
    rest = {name: value for name, value in query.items() if name not in ("series", "column")}
    config, speed, warnings = CODEC.from_query(rest or {"points": str(SequenceConfig.create().points)})
    try:
        wanted = config.to_mapping() | {"series": query["series"], "column": query.get("column", "")}
        config = SequenceConfig.create(**wanted)
        series_for(config)
    except InvalidInput as error:
        warnings.append(f"`series` in the address cannot be used: {error} A built-in series is used instead.")
        return CODEC.from_query(rest)[0], speed, warnings
    return config, speed, warnings


def sequences_controls(config: SequenceConfig, epoch: int) -> tuple[SequenceConfig, list[str]]:
    """Shows all controls at `config`.

    Returns:
      The configuration they stand at, and a sentence for each choice that could not be kept.
    """
    wanted: dict[str, Any] = config.to_mapping()
    st.subheader("What is learnt")
    _series(config, wanted, epoch)
    st.subheader("The model")
    wanted["network"] = fields.menu(
        "In front ↺", list(NETWORKS), config.network, f"{epoch}:network", lambda key: NETWORKS[key].label
    )
    network = NETWORKS[wanted["network"]]
    st.caption(network.story)
    if network.has_units:
        wanted["units"] = fields.whole("Units ↺", *LIMITS["units"], config.units, f"{epoch}:units")
    if network.has_kernel:
        wanted["kernel"] = fields.whole("Kernel, values ↺", *LIMITS["kernel"], config.kernel, f"{epoch}:kernel")
    wanted["scale"] = fields.switch(
        "Scale ↺",
        SCALES,
        config.scale,
        f"{epoch}:scale",
        "Found for each step as the mean is, one learnt number for all steps, or fixed at a tenth of the series' own.",
    )
    wanted["wiring"] = fields.switch(
        "Distribution layer: TimeDistributed, and it … ↺",
        WIRINGS,
        config.wiring,
        f"{epoch}:wiring",
        "Outside, it is a distribution and is trained by likelihood. Inside, it has collapsed to one draw a step, for "
        "which there is only squared error.",
    )
    _training(config, wanted, epoch)
    try:
        chosen = SequenceConfig.create(**wanted)
        series_for(chosen)  # what is wrong with a file is said here, before the run goes over to it
        return chosen, []
    except InvalidInput as error:
        return config, [str(error)]


def _series(config: SequenceConfig, wanted: dict[str, Any], epoch: int) -> None:
    """A built-in series, or a column of the learner's own file."""
    uploaded = st.file_uploader(
        "Your own CSV or Parquet ↺",
        type=["csv", "tsv", "txt", "parquet", "pq"],
        key=f"{epoch}:upload",
        help="One row a time step, in the order of time; at most 10 MB. It stays in this server's memory and is not "
        "written to a disk.",
    )
    mine = config.series if config.series.startswith(UPLOAD) and UPLOADS.get(config.series) is not None else ""
    if uploaded is not None:
        try:
            mine = UPLOADS.add(read_table(uploaded.name, uploaded.getvalue()))
        except InvalidInput as error:
            st.error(str(error))
    choices = [*([mine] if mine else []), *PROCESSES]
    value = mine if uploaded is not None and mine else config.series
    key = wanted["series"] = fields.menu("Series ↺", choices, value, f"{epoch}:{mine}:series", _name)
    table = UPLOADS.get(key) if key.startswith(UPLOAD) else None
    if table is None:
        process = PROCESSES[key]
        wanted["column"] = ""
        st.caption(f"{process.story} {process.source}")
        wanted["points"] = fields.whole("Values ↺", *LIMITS["points"], config.points, f"{epoch}:points")
        return
    usable = list(table.numeric)
    before = config.column if key == config.series else ""
    wanted["column"] = fields.menu("Column ↺", usable, before, f"{epoch}:{key}:column")
    problems = [column.problem for column in table.columns if column.problem is not None]
    if problems:
        with st.expander(f"Why {len(problems)} of {len(table.columns)} columns cannot be used"):
            for problem in problems:
                st.caption(problem)
    st.caption(f"{len(table):,} rows, taken as time steps; the last quarter is held out.")


def _training(config: SequenceConfig, wanted: dict[str, Any], epoch: int) -> None:
    st.subheader("How it is trained")
    left, right = st.columns(2)
    with left:
        wanted["window"] = fields.whole("Steps a window T ↺", *LIMITS["window"], config.window, f"{epoch}:window")
        wanted["optimizer"] = fields.menu(
            "Optimiser ↺", list(OPTIMIZERS), config.optimizer, f"{epoch}:optimizer", lambda key: OPTIMIZERS[key].label
        )
    with right:
        wanted["batch"] = fields.whole("Windows a step B ↺", *LIMITS["batch"], config.batch, f"{epoch}:batch")
        wanted["learning_rate"] = fields.rate(config.learning_rate, f"{epoch}:rate")


def _name(key: str) -> str:
    if not key.startswith(UPLOAD):
        return PROCESSES[key].label
    table = UPLOADS.get(key)
    return "your file" if table is None else f"your file: {table.label}"
