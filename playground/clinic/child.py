"""The process in which programs run: addresses in, one line of JSON out for each of them.

It is given addresses, never code: what it runs is looked up among the project's own programs, once more, on this side.
"""

import contextlib
import io
import os
import re
import sys
import time
import traceback
from typing import Any

from playground.clinic.outcome import Gradients, Outcome
from playground.clinic.programs import find

PRELUDE = """import keras
import numpy as np
import tensorflow as tf
import tensorflow_probability as tfp
import tf_keras

tfb, tfd, tfpl = tfp.bijectors, tfp.distributions, tfp.layers
"""
NAME = "<program>"
MARK = "clinic-outcome "
MOST_PRINTED = 4000
MOST_SAID = 300
MOST_VALUES = 12
POLITE = 5


class Cut(io.StringIO):
    """Keeps the beginning of what is written to it, and drops the rest."""

    def write(self, text: str) -> int:
        super().write(text[: max(0, MOST_PRINTED - self.tell())])
        return len(text)


def main(seed: int, names: list[str]) -> None:
    """Runs the programs at these addresses, one after the other, and prints an outcome for each as it comes."""
    if hasattr(os, "nice"):
        os.nice(POLITE)  # the boards of those who watch a run go first
    prelude: dict[str, Any] = {}
    exec(compile(PRELUDE, "<prelude>", "exec"), prelude)
    for name in names:
        print(MARK + run(name, seed, prelude).to_json(), flush=True)


def run(address: str, seed: int, prelude: dict[str, Any]) -> Outcome:
    """Runs one program with the prelude's names, and reports it."""
    code = compile(find(address), NAME, "exec")
    names, printed = dict(prelude), Cut()
    prelude["tf_keras"].utils.set_random_seed(seed)
    error, says, line = None, "", None
    start = time.perf_counter()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(io.StringIO()):
        try:
            exec(code, names)
        except Exception as raised:
            error, says, line = type(raised).__name__, first_line(str(raised)), line_of(raised)
    seconds = time.perf_counter() - start
    gradients: Gradients = () if error else tuple((key, values(g)) for key, g in names.get("gradients", {}).items())
    facts = tuple((key, str(value)) for key, value in names.get("facts", {}).items())
    return Outcome(address, seed, "", error, says, line, gradients, facts, printed.getvalue(), seconds)


def values(gradient: Any) -> tuple[float, ...] | None:
    """The numbers of a gradient, flattened and cut to a readable few; None where TensorFlow gave None."""
    if gradient is None:
        return None
    import tensorflow as tf

    return tuple(float(value) for value in tf.reshape(tf.convert_to_tensor(gradient), [-1]).numpy()[:MOST_VALUES])


def first_line(message: str) -> str:
    """The line of a message that says what is wrong: Keras puts one before it that says where."""
    plain = [line.strip() for line in re.sub(r"\x1b\[[0-9;]*m", "", message).splitlines()]
    telling = [line for line in plain if line and not line.startswith("Exception encountered when calling")]
    return (telling or [""])[0][:MOST_SAID]


def line_of(raised: BaseException) -> int | None:
    """The program's own line that was running, the innermost one, counted from 1."""
    lines = [frame.lineno for frame in traceback.extract_tb(raised.__traceback__) if frame.filename == NAME]
    return lines[-1] if lines else None


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
