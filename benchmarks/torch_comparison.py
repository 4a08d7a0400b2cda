"""Gradient estimates a second beside PyTorch: Storchastic, and plain PyTorch written by hand, on the same work.

Both sides first show that they estimate the same gradient; an estimator whose mean is elsewhere is timed, and its row
says where. PyTorch is optional: `pip install -r requirements-torch.txt`.
"""

import functools
import importlib.util
import json
import math
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from typing import Any

import tensorflow as tf

from benchmarks.comparison import Benchmark, Row, rates, row
from playground import exact
from playground.config import Config
from playground.training.chunk import Signature, hot_of, trainer_of

SAMPLES, REPLICATES, RATE, TARGET = 32, 256, 1e-7, 0.45  # as in apps/torch_side.py
KEYS = ("pathwise", "score_function_loo", "arm", "relax")
LIBRARIES = {"storchastic": "Storchastic", "torch": "plain PyTorch"}
TARGETS = {"storchastic": "≥ 5", "torch": ""}
STEPS = 200
CHECKED = 100  # Steps whose means are compared with the exact gradient,
Z = 5.0  # at so many standard errors: a side that is right fails by chance once in 1.7 million.


def _config(key: str) -> Config:
    family, params = ("normal", {"loc": 1.0}) if key == "pathwise" else ("bernoulli", {"logits": 0.8})
    return Config.create(
        family=family, params=params, estimators=(key,), samples=SAMPLES, replicates=REPLICATES, cost="quadratic",
        cost_params={"target": TARGET}, learning_rate=RATE,
    )  # fmt: skip


@functools.cache
def _prepared(key: str) -> tuple[Any, ...]:
    config = _config(key)
    trainer = trainer_of(Signature.of(config))
    return trainer, trainer.first_state(config), tf.constant(config.seed), tf.constant(1), hot_of(config)


def ours(key: str) -> int:
    """Training steps with the mean and the variance over all replicates → estimates made."""
    trainer, state, seed, stride, hot = _prepared(key)
    trainer.advance(state, seed, tf.constant(STEPS), stride, hot).records.variance.numpy()
    return STEPS * REPLICATES


class _Side:
    """The other process: one question, one answer."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def steps(self, library: str, key: str, count: int) -> dict[str, float]:
        assert self._process.stdin is not None and self._process.stdout is not None
        print(library, key, count, file=self._process.stdin, flush=True)
        answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError(f"{LIBRARIES[library]} ended while it ran {key}.")
        return json.loads(answer)

    def program(self, library: str, key: str) -> Callable[[], int]:
        """Some steps a turn → estimates made."""
        count = 5 if library == "storchastic" else 50

        def run() -> int:
            self.steps(library, key, count)
            return count * REPLICATES

        return run

    def bias(self, library: str, key: str) -> str:
        """What is wrong with its mean, in words; empty if nothing is, at `Z` standard errors."""
        count = CHECKED if library == "torch" else CHECKED // 5
        answers = [self.steps(library, key, 1) for _ in range(count)]
        mean = sum(a["mean"] for a in answers) / count
        error = math.sqrt(sum(a["variance"] for a in answers) / count / (count * REPLICATES))
        config = _config(key)
        known = float(exact.reference(config.problem, config.theta).gradient[0])
        return "" if abs(mean - known) < Z * error else f", biased: {mean:.4f} ± {error:.4f} instead of {known:.4f}"


@contextmanager
def _side() -> Iterator[_Side]:
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.apps.torch_side"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield _Side(process)
        assert process.stdin is not None
        process.stdin.close()


def run() -> list[Row]:
    missing = [name for name in ("torch", "storch") if importlib.util.find_spec(name) is None]
    if missing:
        raise RuntimeError(f"{missing[0]} is not installed: expected what requirements-torch.txt pins.")
    rows = []
    with _side() as side:
        for key in KEYS:
            programs: dict[str, Callable[[], int]] = {"ours": functools.partial(ours, key)}
            programs |= {library: side.program(library, key) for library in LIBRARIES}
            speed = rates(programs, rounds=5, seconds=1.0)
            for library, label in LIBRARIES.items():
                package = "storchastic" if library == "storchastic" else "torch"
                against = f"{label} {version(package)}{side.bias(library, key)}"
                what = f"{key}, K = {SAMPLES}, R = {REPLICATES}"
                ratio = speed["ours"] / speed[library]
                rows.append(row(what, speed["ours"], "estimates/s", against, ratio, TARGETS[library]))
    return rows


BENCHMARK = Benchmark("torch", "Gradient estimates a second beside PyTorch", run)
