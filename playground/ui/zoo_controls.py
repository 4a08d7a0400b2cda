"""The sidebar of the Zoo page: which distribution, fitted to what, from where, and how."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from playground.data.table import read_table
from playground.data.uploads import UPLOADS
from playground.datasets import DATASETS
from playground.errors import InvalidInput
from playground.fitting.bijections import POSITIVE
from playground.fitting.config import KIND_NAMES, LIMITS, UPLOAD, FitConfig, why_not
from playground.fitting.fit_training import sample_for
from playground.fitting.learnable import Learnable
from playground.fitting.presets import PRESETS
from playground.fitting.start import HOWS
from playground.targets import TARGETS
from playground.training.optimizers import OPTIMIZERS
from playground.ui import fields
from playground.ui.flat_query import FlatCodec, flag, names, number
from playground.zoo import ZOO

CODEC = FlatCodec(
    FitConfig.create,
    {
        "model": str,
        "goal": str,
        "data": str,
        "columns": names,
        "standardize": flag,
        "target": str,
        "components": number,
        "bijector": str,
        "start": str,
        "restarts": number,
        "batch": number,
        "samples": number,
        "optimizer": str,
        "learning_rate": number,
        "seed": number,
        "show": lambda text: [number(part) for part in names(text)],
    },
    PRESETS[0].fields,
)
GOALS = {"likelihood": "fit data", "reverse_kl": "match a density"}
STARTS = {"k-means++": "k-means++", "random": "random rows", "alike": "all alike"}
ALL_ROWS = "all rows"


def from_query(query: Mapping[str, str]) -> tuple[FitConfig, float, list[str]]:
    """As `FlatCodec.from_query`; an upload that is not here, or that the model cannot take, is named and replaced."""
    config, speed, warnings = CODEC.from_query(query)
    try:
        sample_for(config)
    except InvalidInput as error:
        kept = {k: v for k, v in query.items() if k not in ("data", "columns", "standardize", "show")}
        warnings.append(f"`data` in the address cannot be used: {error} Built-in data are used instead.")
        return CODEC.from_query(kept)[0], speed, warnings
    return config, speed, warnings


def zoo_controls(config: FitConfig, epoch: int) -> tuple[FitConfig, list[str]]:
    """Shows all controls at `config`.

    Returns:
      The configuration they stand at, and a sentence for each choice that could not be kept.
    """
    wanted: dict[str, Any] = config.to_mapping() | {"event_size": None}
    notes: list[str] = []
    st.subheader("What is learnt")
    keys = list(ZOO)
    wanted["model"] = fields.menu("Distribution ↺", keys, config.model, f"{epoch}:model", lambda key: ZOO[key].label)
    learnable = ZOO[wanted["model"]]
    st.caption(f"{learnable.story} Its rows: {KIND_NAMES[learnable.kind]}.")
    _sizes(config, wanted, learnable, epoch)
    st.subheader("What it learns from")
    wanted["goal"] = fields.switch(
        "Goal ↺",
        GOALS,
        config.goal,
        f"{epoch}:goal",
        "Maximum likelihood on rows of data, or the reverse KL to a density that is known up to a factor.",
    )
    if wanted["goal"] == "likelihood":
        _data(config, wanted, learnable, epoch)
    else:
        _target(config, wanted, learnable, epoch)
    _training(config, wanted, learnable, epoch)
    try:
        chosen = FitConfig.create(**wanted)
        sample_for(chosen)  # what is wrong with a file is said here, before the run goes over to it
        return chosen, notes
    except InvalidInput as error:
        return config, [*notes, str(error)]


def _sizes(config: FitConfig, wanted: dict[str, Any], learnable: Learnable, epoch: int) -> None:
    key = f"{epoch}:{learnable.key}"
    if learnable.components is None:
        wanted["components"] = None
    else:
        low, high = learnable.components
        count = config.components if config.model == learnable.key else min(max(3, low), high)
        wanted["components"] = fields.whole("Components ↺", low, high, count, f"{key}:components")
    if learnable.free_bijector:
        wanted["bijector"] = fields.switch(
            "What keeps it positive ↺",
            {name: name for name in POSITIVE},
            config.bijector,
            f"{key}:bijector",
            "The bijector between the raw variable, which may be any number, and a scale, which must be positive.",
        )


def _data(config: FitConfig, wanted: dict[str, Any], learnable: Learnable, epoch: int) -> None:
    """Built-in data that the model can take, or the learner's own file; sets the fields of both."""
    wanted["target"], same = "", config.model == learnable.key and config.goal == "likelihood"
    fitting = [key for key, d in DATASETS.items() if why_not(learnable, d.kind, len(d.columns)) is None]
    uploaded = st.file_uploader(
        "Your own CSV or Parquet ↺",
        type=["csv", "tsv", "txt", "parquet", "pq"],
        key=f"{epoch}:upload",
        help="At most 10 MB and 100 000 rows. It stays in this server's memory and is not written to a disk.",
    )
    mine = config.data if config.data.startswith(UPLOAD) and UPLOADS.get(config.data) is not None else ""
    if uploaded is not None:
        try:
            mine = UPLOADS.add(read_table(uploaded.name, uploaded.getvalue()))
        except InvalidInput as error:
            st.error(str(error))
    choices = [*([mine] if mine else []), *fitting]
    value = mine if uploaded is not None and mine else config.data
    key = fields.menu("Data ↺", choices, value, f"{epoch}:{learnable.key}:{mine}:data", _data_name)
    wanted["data"] = key
    if key.startswith(UPLOAD):
        _columns(config, wanted, learnable, key, epoch)
        columns = wanted["columns"]
    else:
        dataset = DATASETS[key]
        wanted["columns"], columns = [], list(dataset.columns)
        st.caption(f"{dataset.story} {dataset.source}")
    if learnable.kind == "plane":
        wanted["standardize"] = st.checkbox(
            "Standardise each column ↺",
            config.standardize if key == config.data else key.startswith(UPLOAD),
            key=f"{epoch}:{key}:standardize",
            help="Subtract the training rows' mean and divide by their standard deviation; axes then show such units.",
        )
    else:
        wanted["standardize"] = False
    _show(config, wanted, columns, same and key == config.data, f"{epoch}:{key}")


def _columns(config: FitConfig, wanted: dict[str, Any], learnable: Learnable, key: str, epoch: int) -> None:
    """The columns of an upload, with why the others cannot be used."""
    table = UPLOADS.get(key)
    assert table is not None
    low, high = learnable.event_sizes
    usable = list(table.numeric)
    before = [name for name in config.columns if name in usable] if key == config.data else []
    wanted["columns"] = st.multiselect(
        "Columns ↺", usable, before or usable[: max(low, 1)], max_selections=high, key=f"{epoch}:{key}:{high}:columns"
    )
    problems = [column.problem for column in table.columns if column.problem is not None]
    if len(usable) < low and problems:  # nothing else could be done about it
        st.error(problems[0])
    elif problems:
        with st.expander(f"Why {len(problems)} of {len(table.columns)} columns cannot be used"):
            for problem in problems:
                st.caption(problem)
    st.caption(f"{len(table):,} rows; every fifth row or so is held out.")


def _show(config: FitConfig, wanted: dict[str, Any], columns: list[str], same: bool, key: str) -> None:
    """Which two columns the charts look at, where there are more."""
    wanted["show"] = []
    if len(columns) > 2:
        before = [columns[index] for index in config.show] if same else columns[:2]
        chosen = st.multiselect("Columns in the charts", columns, before, max_selections=2, key=f"{key}:show")
        wanted["show"] = [columns.index(name) for name in chosen] if len(chosen) == 2 else []


def _target(config: FitConfig, wanted: dict[str, Any], learnable: Learnable, epoch: int) -> None:
    fitting = [key for key, t in TARGETS.items() if why_not(learnable, t.kind, t.event_size) is None]
    wanted |= {"data": "", "columns": [], "standardize": False, "show": []}
    wanted["target"] = fields.menu(
        "Density ↺", fitting, config.target, f"{epoch}:{learnable.key}:target", lambda key: TARGETS[key].label
    )
    if fitting:
        st.caption(TARGETS[wanted["target"]].story)
    low, high = LIMITS["samples"]
    wanted["samples"] = fields.whole("Samples K ↺", low, high, config.samples, f"{epoch}:samples")


def _training(config: FitConfig, wanted: dict[str, Any], learnable: Learnable, epoch: int) -> None:
    st.subheader("How it is trained")
    if learnable.components is not None:
        words = {how: STARTS[how] for how in HOWS}
        wanted["start"] = fields.switch("Start ↺", words, config.start, f"{epoch}:start")
        wanted["restarts"] = fields.whole(
            "Starts to choose from ↺", *LIMITS["restarts"], config.restarts, f"{epoch}:restarts",
            "Of so many starts the one under which the rows are likeliest is trained.",
        )  # fmt: skip
    if wanted["goal"] == "likelihood":
        sizes = [ALL_ROWS, "16", "64", "256", "1024", "4096"]
        now = ALL_ROWS if config.batch == 0 else str(config.batch)
        sizes = sizes if now in sizes else [*sizes, now]
        batch = fields.menu("Rows a step ↺", sizes, now, f"{epoch}:batch")
        wanted["batch"] = 0 if batch == ALL_ROWS else int(batch)
    left, right = st.columns(2)
    with left:
        wanted["optimizer"] = fields.menu(
            "Optimiser ↺", list(OPTIMIZERS), config.optimizer, f"{epoch}:optimizer", lambda key: OPTIMIZERS[key].label
        )
    with right:
        wanted["learning_rate"] = fields.rate(config.learning_rate, f"{epoch}:rate")


def _data_name(key: str) -> str:
    if not key.startswith(UPLOAD):
        return DATASETS[key].label
    table = UPLOADS.get(key)
    return "your file" if table is None else f"your file: {table.label}"
