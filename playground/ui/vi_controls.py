"""The sidebar of the page on variational inference, with what cannot run greyed and the reason beside it."""

from typing import Any

import streamlit as st

from playground.approximations import APPROXIMATIONS
from playground.errors import InvalidInput
from playground.inference.config import LIMITS, MOST_OBJECTIVES, InferenceConfig, inferable
from playground.inference.presets import PRESETS
from playground.objectives import OBJECTIVES
from playground.points import from_text, to_text
from playground.target import Target
from playground.training.optimizers import OPTIMIZERS
from playground.ui import fields
from playground.ui.flat_query import FlatCodec, names, number
from playground.ui.points_controls import points_controls
from playground.ui.race_menu import race_menu

CODEC = FlatCodec(
    InferenceConfig.create,
    {
        "target": str,
        "points": from_text,
        "approximation": str,
        "components": number,
        "objectives": names,
        "samples": number,
        "replicates": number,
        "annealing": number,
        "optimizer": str,
        "learning_rate": number,
        "seed": number,
        "show": names,
    },
    PRESETS[0].fields,
    {"points": to_text},
)


def vi_controls(config: InferenceConfig, epoch: int) -> tuple[InferenceConfig, list[str]]:
    """Shows all controls at `config`.

    Returns:
      The configuration they stand at, and a sentence for each choice that could not be kept.
    """
    wanted: dict[str, Any] = config.to_mapping()
    notes: list[str] = []
    st.subheader("What is approximated")
    targets = inferable()
    wanted["target"] = fields.menu(
        "Target p ↺", list(targets), config.target, f"{epoch}:target", lambda key: targets[key].label
    )
    target = targets[wanted["target"]]
    st.caption(target.story)
    wanted["points"] = [] if target.given is None else points_controls(config.points, epoch)
    _approximation(config, wanted, target, epoch, notes)
    st.subheader("How the gradient is estimated")
    wanted["samples"] = fields.whole("Samples K ↺", *LIMITS["samples"], config.samples, f"{epoch}:samples")
    wanted["objectives"] = _objectives(config, wanted, target, epoch, notes)
    _training(config, wanted, epoch)
    surrogate_changed = (wanted["target"], wanted["approximation"], wanted["components"]) != (
        config.target,
        config.approximation,
        config.components,
    )
    if surrogate_changed:
        wanted["show"] = []
    try:
        return InferenceConfig.create(**wanted), notes
    except InvalidInput as error:
        return config, [*notes, str(error)]


def _approximation(
    config: InferenceConfig, wanted: dict[str, Any], target: Target, epoch: int, notes: list[str]
) -> None:
    reasons = {key: q.why_not(target) for key, q in APPROXIMATIONS.items()}
    able = [key for key, reason in reasons.items() if reason is None]
    if config.approximation not in able:
        label = APPROXIMATIONS[config.approximation].label
        notes.append(f"{label} was set aside. {reasons[config.approximation]}")
    wanted["approximation"] = fields.menu(
        "Approximation q ↺",
        able,
        config.approximation,
        f"{epoch}:{target.key}:q",
        lambda key: APPROXIMATIONS[key].label,
    )
    approximation = APPROXIMATIONS[wanted["approximation"]]
    st.caption(approximation.story)
    if approximation.needs_components:
        wanted["components"] = fields.whole(
            "Components ↺", *LIMITS["components"], config.components, f"{epoch}:components"
        )


def _objectives(
    config: InferenceConfig, wanted: dict[str, Any], target: Target, epoch: int, notes: list[str]
) -> list[str]:
    approximation = APPROXIMATIONS[wanted["approximation"]]
    reasons = {key: o.why_not(target, approximation, wanted["samples"]) for key, o in OBJECTIVES.items()}
    return race_menu(
        OBJECTIVES,
        reasons,
        config.objectives,
        MOST_OBJECTIVES,
        f"{epoch}:objective",
        notes,
        lambda key: OBJECTIVES[key].label,
    )


def _training(config: InferenceConfig, wanted: dict[str, Any], epoch: int) -> None:
    st.subheader("How it is trained")
    left, right = st.columns(2)
    with left:
        wanted["optimizer"] = fields.menu(
            "Optimiser ↺", list(OPTIMIZERS), config.optimizer, f"{epoch}:optimizer", lambda key: OPTIMIZERS[key].label
        )
    with right:
        wanted["learning_rate"] = fields.rate(config.learning_rate, f"{epoch}:rate")
    wanted["annealing"] = fields.whole(
        "Annealing, steps",
        *LIMITS["annealing"],
        config.annealing,
        f"{epoch}:annealing",
        "Over so many steps the target is turned up from a hundredth of its logarithm to all of it; 0 for none.",
    )
    wanted["replicates"] = fields.whole(
        "Replicates R ↺",
        *LIMITS["replicates"],
        config.replicates,
        f"{epoch}:replicates",
        "Whole estimates a step: the first one trains, their spread is the variance curve.",
    )
