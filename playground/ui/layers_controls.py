"""The sidebar of the Layers page: which model, trained in which way, from which weights, and how."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from playground.errors import InvalidInput
from playground.layers.config import LIMITS, LayersConfig
from playground.layers.data import DATA
from playground.layers.presets import PRESETS
from playground.layers.weights import SHELF, read
from playground.models import MODELS
from playground.training.optimizers import OPTIMIZERS
from playground.ui import fields
from playground.ui.flat_query import FlatCodec, number

CODEC = FlatCodec(
    LayersConfig.create,
    {
        "model": str,
        "way": str,
        "units": number,
        "samples": number,
        "batch": number,
        "optimizer": str,
        "learning_rate": number,
        "weights": str,
        "seed": number,
    },
    PRESETS[0].fields,
)


def from_query(query: Mapping[str, str]) -> tuple[LayersConfig, float, list[str]]:
    """As `FlatCodec.from_query`; weights that are not here are named and left out."""
    config, speed, warnings = CODEC.from_query(query)
    if config.weights:
        try:
            SHELF.get(config.weights)
        except InvalidInput as error:
            kept = {name: value for name, value in query.items() if name != "weights"}
            warnings.append(f"`weights` in the address cannot be used: {error} Fresh ones are used instead.")
            return CODEC.from_query(kept)[0], speed, warnings
    return config, speed, warnings


def layers_controls(config: LayersConfig, epoch: int) -> tuple[LayersConfig, list[str]]:
    """Shows all controls at `config`.

    Returns:
      The configuration they stand at, and a sentence for each choice that could not be kept.
    """
    wanted: dict[str, Any] = config.to_mapping()
    st.subheader("What is built")
    wanted["model"] = fields.menu(
        "Model ↺", list(MODELS), config.model, f"{epoch}:model", lambda key: MODELS[key].label
    )
    plugin = MODELS[wanted["model"]]
    st.caption(f"{plugin.story} {DATA[plugin.data].source}")
    same = plugin.key == config.model
    wanted["way"] = fields.menu(
        "Way to train it ↺",
        list(plugin.ways),
        config.way,
        f"{epoch}:{plugin.key}:way",
        lambda key: plugin.ways[key].label,
    )
    st.caption(plugin.ways[wanted["way"]].story)
    defaults = LayersConfig.create(plugin.key).to_mapping()
    if not same:
        wanted["learning_rate"] = defaults["learning_rate"]
    for name, label, why in (
        ("units", "Hidden units ↺", "Of each hidden layer."),
        ("samples", "Samples K ↺", "Draws of the output for each row of a step; the loss is their mean."),
        ("batch", "Rows a step ↺", "Drawn anew at each step."),
    ):
        if defaults[name]:
            value = getattr(config, name) or defaults[name]
            wanted[name] = fields.whole(label, *LIMITS[name], value, f"{epoch}:{plugin.key}:{name}", why)
    st.subheader("How it is trained")
    left, right = st.columns(2)
    with left:
        wanted["optimizer"] = fields.menu(
            "Optimiser ↺", list(OPTIMIZERS), config.optimizer, f"{epoch}:optimizer", lambda key: OPTIMIZERS[key].label
        )
    with right:
        wanted["learning_rate"] = fields.rate(wanted["learning_rate"], f"{epoch}:{plugin.key}:rate")
    notes = _weights(config, wanted, epoch)
    try:
        return LayersConfig.create(**wanted), notes
    except InvalidInput as error:
        return config, [*notes, str(error)]


def _weights(config: LayersConfig, wanted: dict[str, Any], epoch: int) -> list[str]:
    """Fresh weights, or those of a file; a file of other weights is refused."""
    key = f"{epoch}:{wanted['model']}:weights"
    with st.expander("Start from saved weights"):
        file = st.file_uploader(
            "Weights, as Export writes them ↺",
            type="json",
            key=key,
            help="They stay in this server's memory and are not written to a disk.",
        )
        if file is None:
            wanted["weights"] = config.weights if wanted["model"] == config.model else ""
            if wanted["weights"] and st.button("Fresh weights ↺", key=f"{key}:fresh"):
                wanted["weights"] = ""
            return []
        try:
            weights = read(file.getvalue())
            if weights.model != wanted["model"]:
                label = MODELS[wanted["model"]].label
                raise InvalidInput(f"The weights are those of '{weights.model}', expected those of '{label}'.")
            wanted["weights"] = SHELF.add(weights)
            st.caption(f"Starts from {sum(value.size for value in weights.values.values()):,} loaded weights.")
        except InvalidInput as error:
            return [str(error)]
    return []
