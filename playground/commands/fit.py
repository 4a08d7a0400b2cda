"""`python -m playground fit`: a distribution of the zoo, fitted to data or to a target density."""

import argparse
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from playground.commands.command import Command
from playground.commands.options import number
from playground.commands.output import cell, print_json, print_text, table
from playground.errors import InvalidInput

if TYPE_CHECKING:  # at run time it would bring TensorFlow along, and `--help` would wait for it
    from playground.data.table import Table
    from playground.dataset import Sample
    from playground.fitting.config import FitConfig
    from playground.fitting.drive import Outcome

STEPS = 2000
MOST_STEPS = 1_000_000
TEXTS = ("goal", "data", "target", "start", "optimizer")
NUMBERS = ("restarts", "batch", "samples", "learning_rate", "seed")
SETTABLE = ("components", "event_size", "bijector", "samples")


def experiment_of(arguments: argparse.Namespace) -> "tuple[FitConfig, Sample | None]":
    """The configuration, and the data where they are a file's.

    Raises:
      InvalidInput: One sentence, if it cannot be.
    """
    from playground.datasets import DATASETS
    from playground.fitting.config import FitConfig
    from playground.registry import look_up
    from playground.zoo import ZOO

    if arguments.model is None:
        raise InvalidInput(f"Got no model: expected `python -m playground fit KEY` with one of {', '.join(ZOO)}.")
    look_up(ZOO, arguments.model, "model")
    if arguments.target is not None and arguments.goal != "reverse_kl":
        raise InvalidInput(
            "Option `--target`: a fit to data has no target density, expected `--goal reverse_kl` with it."
        )
    if arguments.data is not None and arguments.goal == "reverse_kl":
        raise InvalidInput("Option `--data`: a fit to a target density has no data, expected `--target KEY`.")
    given: dict[str, Any] = {"model": arguments.model, "standardize": arguments.standardize}
    given |= {name: getattr(arguments, name) for name in TEXTS if getattr(arguments, name) is not None}
    for name in NUMBERS:
        if getattr(arguments, name) is not None:
            given[name] = number("--" + name.replace("_", "-"), getattr(arguments, name))
    given |= _settings(arguments.set or [])
    columns = [] if arguments.columns is None else [name.strip() for name in arguments.columns.split(",")]
    if arguments.data is None or arguments.data in DATASETS or given.get("goal", "likelihood") != "likelihood":
        if arguments.holdout is not None:
            raise InvalidInput(
                "Option `--holdout`: built-in data have held-out rows of their own, expected `--data FILE`."
            )
        return FitConfig.create(**given, columns=columns), None
    from playground.data.uploads import UPLOADS

    rows = _table("--data", arguments.data)
    config = FitConfig.create(**given | {"data": UPLOADS.add(rows), "columns": columns or list(rows.numeric)})
    held = None if arguments.holdout is None else _table("--holdout", arguments.holdout)
    return config, _sample(config, rows, held)


def _settings(texts: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or name not in SETTABLE:
            raise InvalidInput(f"Option `--set`: got '{text}', expected NAME=VALUE with one of {', '.join(SETTABLE)}.")
        if name in found:
            raise InvalidInput(f"Option `--set`: got `{name}` twice, expected each name once.")
        found[name] = value if name == "bijector" else number(f"--set {name}", value)
    return found


def _table(option: str, path: str) -> "Table":
    from playground.data.table import MOST_BYTES, read_table
    from playground.datasets import DATASETS

    try:
        with open(path, "rb") as file:
            content = file.read(MOST_BYTES + 1)  # one more than is allowed, to be told so
    except (OSError, ValueError) as error:  # a ValueError is a NUL in the name
        why = getattr(error, "strerror", None) or error
        expected = f"one of {', '.join(DATASETS)}, or a CSV or Parquet file" if option == "--data" else "a file"
        raise InvalidInput(f"Option `{option}`: cannot read '{path}' ({why}), expected {expected}.") from None
    return read_table(PurePath(path).name, content)


def _sample(config: "FitConfig", rows: "Table", held: "Table | None") -> "Sample":
    """A file's rows are all for training: which are held out is for the caller to say."""
    from dataclasses import replace

    from playground.data.sample import sample_of
    from playground.zoo import ZOO

    train = rows.rows(config.columns)
    sample = sample_of(
        rows.label,
        ZOO[config.model].kind,
        config.columns,
        train,
        holdout=train if held is None else held.rows(config.columns),
        standardize=config.standardize,
        place=rows.place,
    )
    return replace(sample, holdout=sample.holdout[:0].copy()) if held is None else sample


def result_of(config: "FitConfig", outcome: "Outcome") -> dict[str, Any]:
    """The fit as plain JSON values: what is not finite is null, and `reasons` says why."""
    from dataclasses import asdict

    from playground.fitting.export import plain
    from playground.fitting.faults import notes
    from playground.zoo import ZOO

    sample, learnable = outcome.sample, ZOO[config.model]
    found = {
        "model": config.model,
        "goal": config.goal,
        "sizes": asdict(outcome.sizes),
        "steps": outcome.step,
        "status": outcome.status,
        "cause": outcome.cause,
        "parameters": {name: plain(value) for name, value in outcome.values.items()},
        "log_likelihood": plain(outcome.log_likelihood),
        "holdout_log_likelihood": plain(outcome.holdout_log_likelihood),
        "reverse_kl": plain(outcome.gap),
        "rows": None if sample is None else {"train": len(sample.train), "holdout": len(sample.holdout)},
        "center": None if sample is None else plain(sample.center),
        "scale": None if sample is None else plain(sample.scale),
        "notes": notes(None if learnable.components_of is None else learnable.components_of(outcome.values)),
        "reasons": {},
        "config": config.to_mapping(),
    }
    found["reasons"] = {name: reason for name, reason in _reasons(outcome).items() if found[name] is None}
    return found


def _reasons(outcome: "Outcome") -> dict[str, str]:
    sample, infinite = outcome.sample, "Some rows have no finite log-likelihood in float32."
    if sample is None:
        no_data = "A fit to a target density has no data."
        gap = "Quadrature needs two numbers, an angle, a count or three shares, and a grid that holds the model's mass."
        return {"log_likelihood": no_data, "holdout_log_likelihood": no_data, "reverse_kl": gap}
    held = infinite if len(sample.holdout) else "A file has no held-out rows: expected some by `--holdout FILE`."
    return {
        "log_likelihood": infinite,
        "holdout_log_likelihood": held,
        "reverse_kl": "There is no target density in a fit to data.",
    }


def _text(result: dict[str, Any]) -> str:
    config, quantities = result["config"], ("log_likelihood", "holdout_log_likelihood", "reverse_kl")
    aim = config["data"] if result["goal"] == "likelihood" else f"target {config['target']}"
    parts = [
        f"{result['model']} fitted to {aim}, seed {config['seed']}: {result['status']} after {result['steps']} steps"
    ]
    parts += [result["cause"]] if result["cause"] else []
    parts.append(table(("nats a row", ""), [(name, result[name]) for name in quantities if result[name] is not None]))
    parts.append(table(("parameter", "value"), [(name, _value(value)) for name, value in result["parameters"].items()]))
    return "\n\n".join([*parts, *result["notes"]])


def _value(value: Any) -> str:
    return f"[{', '.join(map(_value, value))}]" if isinstance(value, list) else cell(value)


def run(arguments: argparse.Namespace) -> int:
    steps = number("--steps", arguments.steps)
    if steps != steps or not 1 <= steps <= MOST_STEPS or steps != int(steps):
        raise InvalidInput(f"`steps` must be a whole number from 1 to {MOST_STEPS}, got {arguments.steps}.")
    config, sample = experiment_of(arguments)
    from playground.fitting.drive import drive
    from playground.fitting.export import fit_script
    from playground.zoo import ZOO

    outcome = drive(config, int(steps), sample)
    if arguments.script is not None:
        text = fit_script(ZOO[config.model], outcome.sizes, outcome.values, outcome.sample)
        try:
            with open(arguments.script, "w", encoding="utf-8") as file:
                file.write(text)
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or error
            raise InvalidInput(f"Option `--script`: cannot write '{arguments.script}' ({why}).") from None
    result = result_of(config, outcome)
    if arguments.json:
        print_json(result)
    else:
        print_text(_text(result))
    return 0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", metavar="KEY", nargs="?", help="a distribution of the zoo, as `list` shows them")
    what = parser.add_argument_group("what it is fitted to")
    what.add_argument("--data", metavar="NAME|FILE", help="a built-in data set, or a CSV or Parquet file")
    what.add_argument("--holdout", metavar="FILE", help="rows that are not trained on, for a file's fit")
    what.add_argument("--columns", metavar="A,B", help="the columns of the file (all that are numbers)")
    what.add_argument("--standardize", action="store_true", help="centre and scale each column before the fit")
    what.add_argument("--goal", metavar="KEY", help="likelihood or reverse_kl (likelihood)")
    what.add_argument("--target", metavar="KEY", help="the density that reverse KL pulls to")
    fit = parser.add_argument_group("fit")
    fit.add_argument(
        "--set", action="append", metavar="NAME=VALUE", help=f"one of {', '.join(SETTABLE)}; may be repeated"
    )
    fit.add_argument("--start", metavar="KEY", help="k-means++, random or alike (k-means++)")
    fit.add_argument("--restarts", metavar="N", help="how many starts to compare (1)")
    fit.add_argument("--steps", metavar="N", default=str(STEPS), help=f"how many ({STEPS})")
    fit.add_argument("--batch", metavar="N", help="rows of a step, 0 for all (256)")
    fit.add_argument("--samples", metavar="K", help="points of a step of reverse KL (64)")
    fit.add_argument("--optimizer", metavar="KEY", help="sgd or adam (adam)")
    fit.add_argument("--learning-rate", metavar="RATE", help="on the raw variables (0.01)")
    fit.add_argument("--seed", metavar="N", help="of everything random (0)")
    parser.add_argument("--script", metavar="OUT.py", help="write Python that rebuilds the fitted distribution")


COMMAND = Command(
    key="fit",
    line="a distribution of the zoo, fitted to data or to a target density",
    description="Fits a learnable distribution by maximum likelihood, or by reverse KL to a target density.\n"
    "Log-likelihoods are nats a row over all rows, in the units of the data. Over the second half of the steps the\n"
    "learning rate falls to 0.\n\n"
    "  python -m playground fit mixture_mvn_tril --data old_faithful --set components=2 --json",
    add_arguments=add_arguments,
    run=run,
    order=4,
)
