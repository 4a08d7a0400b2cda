"""`python -m playground train`: one to four estimators from the same θ₀, as on the page."""

import argparse
from typing import TYPE_CHECKING, Any

from playground.commands.command import Command
from playground.commands.options import add_problem, given, number, outside, sampled
from playground.commands.output import finite, finite_list, print_json, print_text, table
from playground.errors import InvalidInput

if TYPE_CHECKING:  # at run time it would bring TensorFlow along, and `--help` would wait for it
    from playground.config import Config
    from playground.training.drive import Outcome

STEPS = 1000
MOST_STEPS = 10_000_000
MOST_SAMPLES_A_STEP = 2**22
ROWS = 10


def config_of(arguments: argparse.Namespace) -> "Config":
    """The configuration: that of `--config`, if there is one, with what else was said on top.

    Raises:
      InvalidInput: One sentence, if it cannot be.
    """
    from playground.config import Config

    said = given(arguments)
    if arguments.maximize:
        said["maximize"] = True
    base = {} if arguments.config is None else _exported(arguments.config)
    # Numbers of another family, cost or estimator mean nothing to the one that was said.
    for name, numbers in (("family", "params"), ("cost", "cost_params"), ("estimators", "hyperparameters")):
        if name in said:
            base.pop(numbers, None)
        if numbers in said and numbers in base:
            said[numbers] = base[numbers] | said[numbers]
    if "family" in said:
        base.pop("show", None)
    config = sampled(Config.from_mapping(base | said))
    if config.samples * config.replicates > MOST_SAMPLES_A_STEP:
        raise InvalidInput(
            f"samples × replicates must be at most {MOST_SAMPLES_A_STEP:,} in training, "
            f"got {config.samples * config.replicates:,}."
        )
    return config


def _exported(path: str) -> dict[str, Any]:
    from playground.config import Config
    from playground.export import config_of as inside

    try:
        with open(path, "rb") as file:
            content = file.read()
    except (OSError, ValueError) as error:  # a ValueError is a NUL in the name
        why = getattr(error, "strerror", None) or error
        raise InvalidInput(f"Option `--config`: cannot read '{path}' ({why}), expected an exported run.") from None
    try:
        return Config.from_mapping(inside(content)).to_mapping()
    except (TypeError, OverflowError) as error:  # values of a kind that no configuration has
        raise InvalidInput(f"Option `--config`: cannot use '{path}' ({error}), expected an exported run.") from None


def result_of(config: "Config", steps: int) -> dict[str, Any]:
    """The training's outcome as plain JSON values. The first estimator's is repeated at the top."""
    from playground.training.drive import drive

    outcome = drive(config, steps)
    lanes = [_lane(config, outcome, lane) for lane in range(len(config.estimators))]
    first = {name: value for name, value in lanes[0].items() if name != "estimator"}
    return {
        "status": outcome.status,
        "cause": outcome.cause,
        "step": outcome.step,
        **first,
        "lanes": lanes,
        "config": config.to_mapping(),
    }


def _lane(config: "Config", outcome: "Outcome", lane: int) -> dict[str, Any]:
    from playground import exact

    names = config.problem.names
    theta = outcome.theta[lane]
    # After a divergence the last good θ may be as small as rounding allows: 0 where it must be positive.
    reason = outside(config.problem, theta.tolist())
    cost = None
    if reason is None:
        reference = exact.reference(config.problem, theta.tolist())
        cost, reason = finite(reference.expected_cost), reference.reason
    columns, steps = outcome.history.columns, outcome.history.step
    history: list[dict[str, Any]] = [
        {
            "step": int(step),
            "parameters": dict(zip(names, finite_list(columns["theta"][row, lane]), strict=True)),
            "variance": dict(zip(names, finite_list(columns["variance"][row, lane]), strict=True)),
        }
        for row, step in enumerate(steps)
    ]
    reasons = {}
    if cost is None or reason is not None:
        cost, reasons["cost"] = None, reason or "The expected cost is not finite."
    if any(value is None for row in history for value in row["variance"].values()):
        reasons["history"] = "Some of the replicates' gradients are too large for float32, or undefined."
    return {
        "estimator": config.estimators[lane],
        "parameters": dict(zip(names, finite_list(theta), strict=True)),
        "cost": cost,
        "history": history,
        "reasons": reasons,
    }


def _text(result: dict[str, Any]) -> str:
    config = result["config"]
    aim = "maximised" if config["maximize"] else "minimised"
    parts = [
        f"{config['family']}, cost {config['cost']} {aim} by {config['optimizer']} at {config['learning_rate']:g}, "
        f"K = {config['samples']}, seed {config['seed']}: {result['status']} after {result['step']} steps"
    ]
    if result["cause"]:
        parts.append(result["cause"])
    for lane in result["lanes"]:
        names = list(lane["parameters"])
        every = max(1, -(-len(lane["history"]) // ROWS))
        rows = [
            [row["step"], *row["parameters"].values(), *row["variance"].values()] for row in lane["history"][::every]
        ]
        end = [result["step"], *lane["parameters"].values(), *[None] * len(names)]
        parts.append(
            f"\n{lane['estimator']}: E[f] = {'unknown' if lane['cost'] is None else format(lane['cost'], '.6g')}\n"
            + table(("step", *names, *(f"Var({name})" for name in names)), [*rows, end])
        )
        parts += [f"{name}: {reason}" for name, reason in lane["reasons"].items()]
    return "\n".join(parts)


def run(arguments: argparse.Namespace) -> int:
    steps = number("--steps", arguments.steps)
    if steps != steps or not 1 <= steps <= MOST_STEPS or steps != int(steps):
        raise InvalidInput(f"`steps` must be a whole number from 1 to {MOST_STEPS}, got {arguments.steps}.")
    result = result_of(config_of(arguments), int(steps))
    if arguments.json:
        print_json(result)
    else:
        print_text(_text(result))
    return 0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_problem(parser, samples=16, replicates=256)
    training = parser.add_argument_group("training")
    training.add_argument("--optimizer", metavar="KEY", help="sgd or adam (sgd)")
    training.add_argument("--learning-rate", metavar="RATE", help="on the unconstrained parameters (as on the page)")
    training.add_argument("--steps", metavar="N", default=str(STEPS), help=f"how many ({STEPS})")
    training.add_argument("--maximize", action="store_true", help="make E[f] grow instead of shrink")
    training.add_argument(
        "--mode", metavar="KEY", help="race: each trains its own θ; same: all follow the first (race)"
    )
    training.add_argument(
        "--config", metavar="RUN.json", help="a run exported from the page; options that are given besides win"
    )


COMMAND = Command(
    key="train",
    line="one to four estimators from the same θ₀, step by step, as on the page",
    description="Trains θ with gradient estimates. `--estimator` may be repeated, up to four times.\n"
    "The same configuration and seed give the same numbers as on the page.\n\n"
    "  python -m playground train --estimator pathwise --estimator score_function --optimizer adam --steps 2000",
    add_arguments=add_arguments,
    run=run,
    order=3,
)
