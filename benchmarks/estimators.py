"""What one gradient of each estimator costs, relative to pathwise, as a step of a run makes it."""

from collections.abc import Callable

import tensorflow as tf

from benchmarks.comparison import Benchmark, Row, rates, row
from playground.config import Config
from playground.costs import COSTS
from playground.estimator import Draw
from playground.estimators import ESTIMATORS
from playground.families import FAMILIES
from playground.problem import Problem
from playground.training.chunk import Signature, hot_of, trainer_of

SAMPLES, REPLICATES, STEPS, RATE = 32, 256, 50, 1e-6
PLACES = ("normal", "bernoulli", "categorical", "poisson")  # An estimator is timed on the first that it runs on.


def place_of(key: str) -> str:
    """The family on which the estimator is timed."""
    draw = Draw(SAMPLES, REPLICATES)
    problems = {name: Problem.at_defaults(FAMILIES[name], COSTS["quadratic"]) for name in PLACES}
    return next(name for name in PLACES if ESTIMATORS[key].why_not(problems[name], draw) is None)


def steps_of(key: str) -> Callable[[], int]:
    """Training steps, each with R gradients, their mean and their variance → gradients made."""
    config = Config.create(
        family=place_of(key), estimators=(key,), cost="quadratic", samples=SAMPLES, replicates=REPLICATES,
        learning_rate=RATE,
    )  # fmt: skip
    trainer = trainer_of(Signature.of(config))
    first, hot, seed, stride = trainer.first_state(config), hot_of(config), tf.constant(config.seed), tf.constant(1)

    def run() -> int:
        trainer.advance(first, seed, tf.constant(STEPS), stride, hot).records.variance.numpy()
        return STEPS * REPLICATES

    return run


def run() -> list[Row]:
    base = "pathwise"
    programs = {key: steps_of(key) for key in ESTIMATORS}
    speed = rates(programs, rounds=3, seconds=0.2)
    return [
        row(f"{key} on {place_of(key)}, K = {SAMPLES}", 1e6 / speed[key], "µs/gradient", "pathwise on normal",
            speed[base] / speed[key])
        for key in ESTIMATORS
    ]  # fmt: skip


BENCHMARK = Benchmark("estimators", "One gradient of each estimator, relative to pathwise", run)
