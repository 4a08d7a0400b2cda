"""Bayesian logistic regression on the breast-cancer data, with five gradients (Mohamed et al. 2020, §9).

31 coefficients, a diagonal Normal from N(0, I), minibatches of 32, 50 samples of the posterior, SGD at
0.001 cos(π t / 2T), T = 5000. Published as curves: what is asserted is the order of the bounds and of the variances.
"""

import functools
import itertools
import math

import numpy as np
import tensorflow as tf

from playground.reproduction import logistic
from playground.reproduction.descent import State, descend
from playground.reproduction.reproduction import Check, Line, Panel, Piece, Pieces, Reproduction, Result

STEPS, QUICK_STEPS = 5000, 500
EVERY, QUICK_EVERY = 50, 25
REPLICATES, QUICK_REPLICATES = 2000, 200
SEED = 2020
MOMENTS = (0, 100, 1000, 4999)
QUICK_MOMENTS = (0, 499)
ORDERS = (
    ("pathwise", "leave-one-out"),
    ("measure-valued", "leave-one-out"),
    ("leave-one-out", "moving average"),
    ("moving average", "score function"),
)
"""(better, worse), the published order; pathwise and measure-valued are near one another."""
BOUND = "an order; the bound's mean over the whole training, so that how fast it rises counts"
SPREAD = "an order; replicates share a minibatch"
WHY_NOT_PLAY = "Play has no minibatches and no 31 coefficients; Inference has a logistic regression with three."
NEAR = "published as about equal: within a factor of 3"


def _train(key: str, steps: int, every: int) -> dict:
    size = logistic.data().shape[1]

    def gradient(phi: tf.Tensor, state: State, seed: tf.Tensor) -> tuple[tf.Tensor, State]:
        row, state = logistic.loss_gradient(key, phi, state, seed, seed + tf.constant([1, 0]))
        return row[tf.newaxis], state

    def rate(step: tf.Tensor) -> tf.Tensor:
        return 1e-3 * tf.cos(math.pi * step / (2.0 * steps))

    found = descend(gradient, np.zeros(2 * size), steps, "sgd", rate, SEED, logistic.first_state())
    shown = [*range(0, steps, every), steps - 1]
    kept = MOMENTS if steps == STEPS else QUICK_MOMENTS
    return {
        "steps": shown,
        "bounds": [logistic.bound(found.phi[step])[0] for step in shown],
        "last": logistic.bound(found.last)[0],
        "places": [found.phi[step].tolist() for step in kept] if key == "pathwise" else [],
    }


def _spread(replicates: int, steps: int, moments: tuple[int, ...]) -> dict:
    """All variances at places of one and the same training, the pathwise one."""
    places = _train("pathwise", steps, steps)["places"]
    return {
        key: [logistic.variance(key, np.array(place), replicates, SEED) for place in places] for key in logistic.TERMS
    }


def pieces(quick: bool) -> tuple[Piece, ...]:
    steps, every = (QUICK_STEPS, QUICK_EVERY) if quick else (STEPS, EVERY)
    replicates, moments = (QUICK_REPLICATES, QUICK_MOMENTS) if quick else (REPLICATES, MOMENTS)
    trained = tuple(Piece(key, functools.partial(_train, key, steps, every)) for key in logistic.TERMS)
    return (*trained, Piece("variances", functools.partial(_spread, replicates, steps, moments)))


def conclude(found: Pieces, quick: bool) -> Result:
    moments, spreads = QUICK_MOMENTS if quick else MOMENTS, found["variances"]
    mean = {key: float(np.mean(found[key]["bounds"][1:])) for key in logistic.TERMS}
    checks = [
        Check(f"mean ELBO, {better} minus {worse}", 0.0, mean[better] - mean[worse], 0.0, BOUND, ">")
        for better, worse in ORDERS
    ]
    for (place, step), (better, worse) in itertools.product(enumerate(moments), ORDERS):
        if (step, worse) == (0, "moving average"):
            continue  # there is no average yet
        ratio = spreads[better][place] / spreads[worse][place]
        checks.append(Check(f"step {step}: Var {better} / Var {worse}", 1.0, ratio, 0.0, SPREAD, "<"))
    for place, step in enumerate(moments):
        ratio = spreads["measure-valued"][place] / spreads["pathwise"][place]
        name = f"step {step}: |ln| of Var measure-valued / Var pathwise"
        checks.append(Check(name, 0.0, abs(math.log(ratio)), math.log(3.0), NEAR))
    bounds = tuple(Line(key, found[key]["steps"][1:], found[key]["bounds"][1:]) for key in logistic.TERMS)
    curves = tuple(Line(key, [step + 1 for step in moments], spreads[key]) for key in logistic.TERMS)
    panels = (
        Panel("The bound over all rows", "step", "ELBO", bounds, about_play=WHY_NOT_PLAY),
        Panel(
            "Variance along the pathwise training",
            "step + 1",
            "variance, all elements",
            curves,
            log_x=True,
            log_y=True,
            about_play=WHY_NOT_PLAY,
        ),
    )
    ends = ", ".join(f"{key} {found[key]['last']:.2f}" for key in logistic.TERMS)
    return Result(tuple(checks), panels, notes=(f"ELBO at the end: {ends}.",))


REPRODUCTION = Reproduction(
    key="mohamed-2020-logistic-regression",
    label="Bayesian logistic regression, five gradients",
    source="Mohamed, Rosca, Figurnov & Mnih (2020), Monte Carlo gradient estimation in machine learning, §9.",
    claim="Pathwise and measure-valued do best, then leave-one-out, then the moving average, then no baseline.",
    pieces=pieces,
    conclude=conclude,
    order=9,
)
