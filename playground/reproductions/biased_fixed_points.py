"""Where biased estimators settle on E[(b − 0.45)²], b ~ Bernoulli(θ): not at the optimum, θ = 0.

Expected: the zero of the estimator's mean gradient, by a midpoint rule that shares nothing with the estimators.
Measured: the mean of θ over the last steps of a training.
"""

import functools
import math

import numpy as np

from playground.config import Config
from playground.reproduction.reproduction import Check, Line, Panel, Piece, Pieces, Reproduction, Result
from playground.reproduction.training import sigmoid, thinned, trace

TARGET = 0.45
SAMPLES, RATE, SEED = 1000, 0.5, 2026  # 1000 are the most that the page has
STEPS, TAIL = 24_000, 20_000
QUICK_STEPS, QUICK_TAIL = 4800, 2800
SETTLING = (
    ("straight_through", None),
    ("straight_through_gumbel", 1.0),
    ("straight_through_gumbel", 0.5),
    ("gumbel_softmax", 1.0),
    ("gumbel_softmax", 0.5),
)
LEAVING = ("reinmax", "disarm", "score_function_loo")
NODES = 10_000
REASON = "5 standard errors of the mean of θ over the last steps, √(Var/n)/h′(φ) θ(1−θ), h the mean gradient"
OPTIMUM = "follows the exact gradient to θ = 0, which it reaches in infinite time"


def mean_gradient(key: str, phi: float, temperature: float) -> float:
    """E of the estimator at the logit φ.

    Relaxed: E[2 (x − 0.45) z (1 − z)/τ], z = σ((φ + logistic noise)/τ), x = z, or the hard class for its
    straight-through form; x jumps where the noise is −φ, so that either side is summed for itself.
    Straight-through: 2 (θ − 0.45) θ (1 − θ), as f′ is linear.
    """
    theta = 1.0 / (1.0 + math.exp(-phi))
    if key == "straight_through":
        return 2.0 * (theta - TARGET) * theta * (1.0 - theta)
    total = 0.0
    for low, width, hard in ((0.0, 1.0 - theta, 0.0), (1.0 - theta, theta, 1.0)):
        u = low + width * (np.arange(NODES) + 0.5) / NODES
        z = sigmoid((phi + np.log(u) - np.log1p(-u)) / temperature)
        x = z if key == "gumbel_softmax" else hard
        total += width * float(np.mean(2.0 * (x - TARGET) * z * (1.0 - z))) / temperature
    return total


@functools.cache
def settling_point(key: str, temperature: float) -> tuple[float, float]:
    """(θ where the mean gradient is 0, its slope there with respect to the logit)."""
    low, high = -2.0, 2.0
    for _ in range(40):
        middle = 0.5 * (low + high)
        low, high = (low, middle) if mean_gradient(key, middle, temperature) > 0.0 else (middle, high)
    rise = mean_gradient(key, low + 0.05, temperature) - mean_gradient(key, low - 0.05, temperature)
    return 1.0 / (1.0 + math.exp(-low)), rise / 0.1


def config_of(key: str, temperature: float | None, samples: int = SAMPLES, rate: float = RATE) -> Config:
    """The training of one estimator, from θ = ½."""
    return Config.create(
        family="bernoulli",
        params={"logits": 0.0},
        cost="quadratic",
        cost_params={"target": TARGET},
        estimators=[key],
        hyperparameters={} if temperature is None else {"temperature": temperature},
        samples=samples,
        replicates=2,
        learning_rate=rate,
        seed=SEED,
    )


def _name(key: str, temperature: float | None) -> str:
    words = key.replace("_", "-")
    return words if temperature is None else f"{words}, τ = {temperature:g}"


def _settle(key: str, temperature: float | None, steps: int, tail: int) -> dict:
    found = trace(config_of(key, temperature), steps)
    theta = sigmoid(found.theta[:, 0, 0])
    drawn, values = thinned(theta)
    return {
        "mean": float(theta[-tail:].mean()),
        "variance": float(found.variance[-tail:].mean()),
        "steps": drawn,
        "theta": values,
    }


def _leave(key: str, steps: int) -> dict:
    theta = sigmoid(trace(config_of(key, None, samples=100, rate=10.0), steps).theta[:, 0, 0])
    drawn, values = thinned(theta)
    return {"last": float(theta[-1]), "steps": drawn, "theta": values}


def pieces(quick: bool) -> tuple[Piece, ...]:
    steps, tail = (QUICK_STEPS, QUICK_TAIL) if quick else (STEPS, TAIL)
    settling = SETTLING[:2] if quick else SETTLING
    leaving = LEAVING[:1] if quick else LEAVING
    return tuple(
        Piece(_name(key, temperature), functools.partial(_settle, key, temperature, steps, tail))
        for key, temperature in settling
    ) + tuple(Piece(_name(key, None), functools.partial(_leave, key, 1000)) for key in leaving)


def conclude(found: Pieces, quick: bool) -> Result:
    checks, paths, slow = [], [], []
    tail = QUICK_TAIL if quick else TAIL
    for key, temperature in SETTLING:
        name = _name(key, temperature)
        if name not in found:
            continue
        piece = found[name]
        theta, slope = settling_point(key, temperature or 1.0)
        tolerance = 5.0 * math.sqrt(piece["variance"] / tail) / slope * theta * (1.0 - theta)
        checks.append(Check(f"θ where {name} settles", theta, piece["mean"], tolerance, REASON))
        paths += [
            Line(name, piece["steps"], piece["theta"]),
            Line("zero of the mean gradient", [0, piece["steps"][-1]], [theta] * 2, exact=True),
        ]
    # The exact gradient is (1 − 0.9) θ (1 − θ) = h, so that dφ/dn = −rate h: φ − e^{−φ} falls by 0.1 · rate a step.
    for name in (_name(key, None) for key in LEAVING):
        if name in found:
            checks.append(Check(f"θ of {name} after 1000 steps", 0.01, found[name]["last"], 0.0, OPTIMUM, "<"))
            slow.append(Line(name, found[name]["steps"], found[name]["theta"]))
    differences: tuple[str, ...] = ()
    if not quick:
        differences = (
            "The note this follows says 0.4336 and 0.4061 for straight-through Gumbel at τ = 1 and 0.5; the quadrature "
            f"gives {settling_point('straight_through_gumbel', 1.0)[0]:.5f} and "
            f"{settling_point('straight_through_gumbel', 0.5)[0]:.5f}, and the trainings agree with it.",
        )
    three = {"estimators": ["straight_through", "straight_through_gumbel", "gumbel_softmax"]}
    panels = (
        Panel(
            "Biased: they settle where their own mean is 0",
            "step",
            "θ",
            tuple(paths),
            play=config_of("gumbel_softmax", 1.0).to_mapping() | three,
            about_play="The three of them at τ = 1; the temperature is in the sidebar.",
        ),
        Panel(
            "Right on a quadratic: on to θ = 0",
            "step",
            "θ",
            tuple(slow),
            log_y=True,
            play=config_of("reinmax", None, 100, 10.0).to_mapping() | {"estimators": list(LEAVING)},
        ),
    )
    return Result(tuple(checks), panels, differences)


REPRODUCTION = Reproduction(
    key="biased-fixed-points",
    label="Where biased estimators settle",
    source="The toy of Tucker et al. (2017), §6, with the estimators of Bengio et al. (2013), Jang et al. (2017) and "
    "Liu et al. (2023).",
    claim="Minimising E[(b − 0.45)²], whose optimum is θ = 0, each biased estimator settles at a θ of its own.",
    pieces=pieces,
    conclude=conclude,
    order=1,
)
