"""`python -m playground reproduce NAME`: a published result, run again, with what was expected beside it."""

import argparse
from pathlib import Path
from typing import Any

from playground.commands.command import Command
from playground.commands.output import print_json, print_text, table
from playground.errors import InvalidInput

FOLDER = "reproductions"
COLUMNS = ("what", "", "expected", "measured", "tolerance", "holds")


def run(arguments: argparse.Namespace) -> int:
    from playground.registry import look_up
    from playground.reproduction import checkpoint
    from playground.reproduction.run import plain
    from playground.reproduction.run import run as reproduce
    from playground.reproductions import REPRODUCTIONS

    chosen = look_up(REPRODUCTIONS, arguments.name, "reproduction")
    try:
        done = reproduce(chosen, Path(arguments.out), arguments.quick)
    except (OSError, ValueError) as error:  # a ValueError is a NUL in the name
        if not isinstance(error, OSError) and "null byte" not in str(error):
            raise
        why = getattr(error, "strerror", None) or error
        raise InvalidInput(f"Option `--out`: cannot use '{arguments.out}' ({why}), expected a folder.") from None
    result = plain(chosen, done.result) | {
        "quick": arguments.quick,
        "pieces": done.pieces,
        "resumed": done.resumed,
        "files": {kind: str(path) for kind, path in done.files.items()},
        "versions": checkpoint.versions(),
    }
    if arguments.json:
        print_json(result)
    else:
        print_text(_text(result))
    return 0 if result["reproduces"] else 1


def _text(result: dict[str, Any]) -> str:
    rows = [
        [c["what"], c["relation"], c["expected"], c["measured"], c["tolerance"], c["holds"]] for c in result["checks"]
    ]
    reasons: dict[str, list[str]] = {}
    for check in result["checks"]:
        reasons.setdefault(check["reason"], []).append(check["what"])
    lines = [f"{result['label']}. {result['source']}", result["claim"], "", table(COLUMNS, rows), "", "Tolerances:"]
    lines += [f"- {reason}" for reason in reasons]
    if result["differences"]:
        lines += ["", "What does not reproduce, or differs:", *(f"- {text}" for text in result["differences"])]
    lines += ["", *result["notes"]] if result["notes"] else []
    if result["resumed"]:
        lines += ["", f"{result['resumed']} of {result['pieces']} pieces were there from a stopped run."]
    lines += ["", "Written: " + ", ".join(result["files"].values())]
    return "\n".join(lines)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="which result; docs/reproductions.md lists them")
    parser.add_argument("--out", metavar="FOLDER", default=FOLDER, help=f"where the files go ({FOLDER})")
    parser.add_argument(
        "--quick", action="store_true", help="seconds instead of minutes: fewer steps and settings, wider tolerances"
    )


COMMAND = Command(
    key="reproduce",
    line="a published result run again: expected against measured, with its figure",
    description="Prints what was published against what comes out here, with the tolerance and its reason, and writes\n"
    "NAME.html, .svg, .csv, .json and .jsonl (what each piece found). Stopped with Ctrl-C, the same command goes on\n"
    "where it was.\n"
    "Exit code 1 if something that is expected to reproduce does not.\n\n"
    "  python -m playground reproduce biased-fixed-points --out figures",
    add_arguments=add_arguments,
    run=run,
    order=6,
)
