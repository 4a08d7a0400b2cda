"""`python -m playground audit`: does the gradient flow, and is it right? Every distribution of TFP, measured."""

import argparse
from pathlib import Path
from typing import Any

from playground.commands.command import Command
from playground.commands.options import number
from playground.commands.output import print_json, print_text, table
from playground.errors import InvalidInput

MOST_SEED = 2**31 - 1


def run(arguments: argparse.Namespace) -> int:
    seed = number("--seed", arguments.seed)
    if seed != seed or not 0 <= seed <= MOST_SEED or seed != int(seed):
        raise InvalidInput(f"`seed` must be a whole number from 0 to {MOST_SEED}, got {arguments.seed}.")
    from playground.audit import store
    from playground.audit.audit import audit
    from playground.audit.coverage import not_audited
    from playground.audit.judge import FALSE_ALARM

    names = None if arguments.only is None else [name for text in arguments.only for name in text.split(",")]
    cases = store.select(names)
    parts = audit(cases, int(seed)) if arguments.resume is None else _resumed(cases, int(seed), arguments.resume)
    rows: list[dict[str, Any]] = []
    for part in parts:
        rows += part
        if not arguments.json:  # as they come: all of them take minutes
            print_text("\n".join(_line(row) for row in part))
    tests = sum(row["tests"] for row in rows if row["tape"] == "value")
    result = {"rows": rows, **store.about(int(seed)), "tests": tests, "false_alarm_rate": tests * FALSE_ALARM}
    result["not_audited"] = not_audited() if names is None else {}
    if arguments.json:
        print_json(result)
    else:
        print_text("\n" + _summary(result))
    return 0


def _resumed(cases: Any, seed: int, text: str) -> Any:
    from playground.audit import store

    try:
        yield from store.resumed(cases, seed, Path(text))
    except (OSError, ValueError) as error:  # a ValueError is a NUL in the name, or a file that is no text
        if isinstance(error, InvalidInput):
            raise
        why = getattr(error, "strerror", None) or error
        raise InvalidInput(
            f"Option `--resume`: cannot use '{text}' ({why}), expected a file to keep rows in."
        ) from None


def _line(row: dict[str, Any]) -> str:
    numbers = ("–" if row[name] is None else f"{row[name]:.4g}" for name in ("mean", "exact", "standard_error", "z"))
    mean, exact, error, z = numbers
    declared = "fully" if row["declared"].startswith("FULLY") else "not"
    return (
        f"{row['verdict']:<8} {row['distribution']:<44} {row['parameter'] + row['element']:<26} {declared:<6} "
        f"{row['tape']:<6} {mean:>10} {exact:>10} {error:>10} {z:>8}"
    )


def _summary(result: dict[str, Any]) -> str:
    verdicts = [row["verdict"] for row in result["rows"]]
    counts = [[verdict, verdicts.count(verdict)] for verdict in dict.fromkeys(sorted(verdicts))]
    wrong = dict.fromkeys(row["distribution"] for row in result["rows"] if row["verdict"] == "wrong")
    lines = [
        "Columns: verdict, distribution, parameter, declared reparameterized, tape, mean, exact, standard error, z.",
        table(("verdict", "rows"), counts),
        f"Wrong: {', '.join(wrong) or 'none'}.",
        f"{result['tests']} tests; a false alarm among them has a probability of {result['false_alarm_rate']:.1g}.",
        ", ".join(f"{name} {number}" for name, number in result["versions"].items()) + f", seed {result['seed']}.",
    ]
    lines += [f"Not audited: {name}. {reason}" for name, reason in result["not_audited"].items()]
    return "\n".join(lines)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--only", action="append", metavar="NAME,…", help="these distributions, not all; may be repeated"
    )
    parser.add_argument(
        "--resume", metavar="FILE", help="keep finished rows there, as JSON lines, and go on from those that are there"
    )
    parser.add_argument("--seed", metavar="N", default="0", help="of everything random (0)")


COMMAND = Command(
    key="audit",
    line="does the gradient flow? every TFP distribution's tape against the exact gradient",
    description="For each parameter of each distribution: what the tape returns through `sample` for smooth costs,\n"
    "and whether that is the exact gradient. Verdicts: flows, partial (None, while others flow), absent\n"
    "(None or zero), wrong, unusable (too noisy to tell). All of it takes some two minutes.\n\n"
    "  python -m playground audit --only Normal,InverseGaussian --json",
    add_arguments=add_arguments,
    run=run,
    order=5,
)
