"""The commands. Each module defines one `COMMAND`; adding one touches nothing else.

A command imports what needs TensorFlow inside its `run`: `--help` must answer at once.
"""

import sys

from playground.commands.command import Command
from playground.registry import discover

COMMANDS: dict[str, Command] = discover(sys.modules[__name__], "COMMAND")
