"""What a command of the command line is, and the parser that reports bad input in one sentence."""

import argparse
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

from playground.errors import InvalidInput

LONGEST_LINE = 600


@dataclass(frozen=True)
class Command:
    """One word after `python -m playground`.

    Attributes:
      key: The word.
      line: What it does, for the list of commands.
      description: The same at more length, with an example, for its own `--help`.
      add_arguments: Declares its options; `--json` is there already.
      run: Does it, and returns the exit code. Raises `InvalidInput` for what the parser cannot know.
    """

    key: str
    line: str
    description: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]
    order: int = 0


class Parser(argparse.ArgumentParser):
    """argparse, whose complaints are an `InvalidInput` of one sentence, and which guesses no abbreviations."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        kwargs |= {"allow_abbrev": False, "formatter_class": argparse.RawDescriptionHelpFormatter}
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]

    def error(self, message: str) -> NoReturn:
        raise InvalidInput(_sentence(message))


def _sentence(message: str) -> str:
    """argparse's complaint as subject, got, expected."""
    if match := re.match(r"argument (\S+): expected one argument", message):
        option = match[1]
        return f"Option `{option}`: got no value, expected one (one that begins with '-' is written {option}=-…)."
    if match := re.match(r"argument COMMAND: invalid choice: '(.*)' \(choose from (.*)\)", message, re.DOTALL):
        return f"Unknown command '{match[1]}': expected one of {match[2].replace(chr(39), '')}."
    if match := re.match(r"argument (\S+): ignored explicit argument (.*)", message, re.DOTALL):
        return f"Option `{match[1]}`: got {match[2]}, expected no value."
    if match := re.match(r"the following arguments are required: (?!COMMAND)(.+)", message):
        return f"Got no {match[1]}: expected it, as the command's --help says."
    if message.startswith("the following arguments are required"):
        return "Got no command: expected one, as `python -m playground --help` lists them."
    return f"The arguments cannot be read: {message}."


def one_line(text: str) -> str:
    """`text` without anything that breaks a line or a terminal, and not longer than a few lines of one."""
    plain = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
    return plain if len(plain) <= LONGEST_LINE else f"{plain[:400]} … {plain[-180:]}"
