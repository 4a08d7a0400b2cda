"""Runs programs in a process of their own, with a time limit, at most two at once, and remembers what came out."""

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import replace
from functools import cache
from pathlib import Path

import playground
from playground.clinic.child import MARK
from playground.clinic.outcome import Outcome
from playground.clinic.programs import find

ROOT = Path(playground.__file__).parent.parent
# Importing TensorFlow and both Keras takes some five seconds on a free core, and much longer on a busy one.
TIME_LIMIT = 90.0
AT_ONCE = 2
MOST_REMEMBERED = 256
MOST_OUTPUT = 256 * 1024
ONE_THREAD = {"TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1", "OMP_NUM_THREADS": "1"}
QUIET = {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1", "TF_ENABLE_ONEDNN_OPTS": "0"}
AS_LEARNERS_HAVE_IT = {"TF_USE_LEGACY_KERAS": "0"}
START = "import sys; from playground.clinic.child import main; main(int(sys.argv[1]), sys.argv[2:])"


class Runner:
    """Runs programs by their addresses; safe to call from many threads.

    What came out of a program is remembered, the least recently used is forgotten. Who asks for programs that somebody
    else's process is running already waits for that process, so thirty learners who open one card cost one process.
    """

    def __init__(self, time_limit: float = TIME_LIMIT, at_once: int = AT_ONCE) -> None:
        """Args: time_limit: Seconds for a process, imports included. at_once: How many processes may run."""
        self.time_limit = time_limit
        self.started = 0
        self._places = threading.BoundedSemaphore(at_once)
        self._lock = threading.Lock()
        self._remembered: OrderedDict[str, Outcome] = OrderedDict()
        self._running: dict[tuple[tuple[str, ...], int], Future[tuple[Outcome, ...]]] = {}

    def remembered(self, address: str) -> Outcome | None:
        """What last came out of the program at that address, if it was run and not forgotten."""
        with self._lock:
            outcome = self._remembered.get(address)
            if outcome is not None:
                self._remembered.move_to_end(address)
            return outcome

    def run(self, addresses: Sequence[str], seed: int = 0) -> tuple[Outcome, ...]:
        """Runs these programs, in one process, one after the other.

        Args:
          addresses: Which programs; see `playground.clinic.programs.find`.
          seed: The seed of each of them.

        Returns:
          An outcome for each, in the same order. One that did not get to run has `trouble`, and is not remembered.

        Raises:
          InvalidInput: If one of the addresses names no program.
        """
        job = (tuple(addresses), int(seed))
        for address in job[0]:
            find(address)
        with self._lock:
            others = self._running.get(job)
            if others is None:
                mine = self._running[job] = Future()
        if others is not None:
            return others.result()
        try:
            mine.set_result(self._run(*job))
        except BaseException as raised:  # whoever waits must not wait for ever
            mine.set_exception(raised)
        finally:
            with self._lock:
                del self._running[job]
        return mine.result()

    def _run(self, addresses: tuple[str, ...], seed: int) -> tuple[Outcome, ...]:
        if not self._places.acquire(timeout=self.time_limit):
            busy = f"The server was busy with other programs for {self.time_limit:.0f} seconds: try again in a minute."
            return tuple(Outcome(address, seed, busy) for address in addresses)
        try:
            self.started += 1
            outcomes = _process(addresses, seed, self.time_limit)
        finally:
            self._places.release()
        with self._lock:
            for outcome in outcomes:
                if not outcome.trouble:
                    self._remembered[outcome.address] = outcome
                    self._remembered.move_to_end(outcome.address)
            while len(self._remembered) > MOST_REMEMBERED:
                self._remembered.popitem(last=False)
        return outcomes


def _process(addresses: tuple[str, ...], seed: int, time_limit: float) -> tuple[Outcome, ...]:
    """One process for all these programs; what it had not said when its time was up gets the reason as its trouble."""
    command = [sys.executable, "-c", START, str(seed), *addresses]
    environment = {**os.environ, **ONE_THREAD, **QUIET, **AS_LEARNERS_HAVE_IT}
    begun = time.monotonic()
    # Files, not pipes: a process that writes without end fills no memory of ours.
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as complaints:
        try:
            done = subprocess.run(
                command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=complaints,
                timeout=time_limit,
            )  # fmt: skip
            trouble = f"Its process ended early, with exit code {done.returncode}."
        except subprocess.TimeoutExpired:
            trouble = f"It was stopped after {time.monotonic() - begun:.0f} seconds, which is the limit: try again."
        output.seek(0)
        lines = output.read(MOST_OUTPUT).decode("utf-8", "replace").splitlines()
    said = [Outcome.from_json(line.removeprefix(MARK)) for line in lines if line.startswith(MARK)]
    by_address = {outcome.address: outcome for outcome in said}
    silent = Outcome("", seed, trouble)
    return tuple(by_address.get(address, replace(silent, address=address)) for address in addresses)


@cache
def runner() -> Runner:
    """The one runner of the process."""
    return Runner()
