"""The command line: `python -m playground list | measure | train | fit | audit | reproduce | sweep | bench`.

Machine-readable with `--json`. Bad input ends with 2 and one line on stderr: subject, got, expected. `--help` answers
at once, because TensorFlow is imported only by a command that runs.
"""

import io
import logging
import os
import sys
import warnings
from collections.abc import Sequence

from playground.commands import COMMANDS
from playground.commands.command import Parser, one_line
from playground.errors import InvalidInput

BAD_INPUT = 2
FAILED = 1
INTERRUPTED = 130  # 128 + SIGINT, as shells have it
BROKEN_PIPE = 141  # 128 + SIGPIPE


def parser() -> Parser:
    """The whole command line, from the modules of `playground.commands`."""
    top = Parser(
        prog="python -m playground",
        description="How does a gradient get through a random sample? Measure and train gradient estimators.",
        epilog="Every command takes --json, and explains itself with --help.",
    )
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for command in COMMANDS.values():
        sub = commands.add_parser(command.key, help=command.line, description=command.description)
        sub.add_argument("--json", action="store_true", help="print one JSON document instead of a table")
        command.add_arguments(sub)
        sub.set_defaults(run=command.run)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command.

    Args:
      argv: What follows `python -m playground`; the process's own arguments if None.

    Returns:
      The exit code: 0, 2 after bad input, 1 when something failed, 130 after Ctrl-C. Never raises.
    """
    try:
        arguments, unknown = parser().parse_known_args(argv)
        if unknown:
            where = f"`python -m playground {arguments.command} --help`"
            raise InvalidInput(f"Unknown argument '{unknown[0]}': expected one of those that {where} lists.")
        code = int(arguments.run(arguments))
        if sys.stdout is not None:
            sys.stdout.flush()
        return code
    except SystemExit as done:  # how argparse ends after --help
        return int(done.code or 0)
    except InvalidInput as error:
        return _complain(str(error), BAD_INPUT)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader has gone. What is still buffered must not be tried again when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    except OSError as error:
        return _complain(f"Cannot read or write: {error.strerror or error}.", FAILED)
    except Exception as error:
        return _complain(f"The command failed: {type(error).__name__}: {error}", FAILED)


def _complain(text: str, code: int) -> int:
    if sys.stderr is not None:  # None would mean stdout to `print`
        print(one_line(text), file=sys.stderr)
    return code


def prepare_streams() -> None:
    """Keeps stderr for the one line that is ours, and stdout from failing at a Greek letter.

    TensorFlow writes from C++ when it is imported and at its first operation, past every Python switch. So the file
    descriptor 2 goes nowhere, and `sys.stderr` to where it pointed.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    warnings.simplefilter("ignore")
    for name in ("tensorflow", "absl"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        kept = os.dup(2)
    except OSError:  # stderr was closed by the caller
        return
    sys.stderr = os.fdopen(kept, "w", buffering=1, encoding="utf-8", errors="backslashreplace")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


if __name__ == "__main__":
    prepare_streams()
    sys.exit(main())
