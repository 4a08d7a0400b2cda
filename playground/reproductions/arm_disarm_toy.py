"""ARM, DisARM and two-sample leave-one-out on E[(b − p₀)²], one bit, maximised from logit 0 (Dong et al. 2020, §5.1).

With D = 1 − 2p₀, q = min(p, 1 − p), g = D p (1 − p), with respect to the logit:
leave-one-out D² p (1 − p)(½ − p (1 − p)), ARM ⅔ D² (⅛ − (½ − q)³) − g², DisARM D² q (1 − q)² (½ − q).
"""

import functools
import math

import numpy as np

from playground.config import Config
from playground.reproduction.reproduction import Check, Line, Panel, Piece, Pieces, Reproduction, Result
from playground.reproduction.training import sigmoid, thinned, trace

P0S = (0.49, 0.499, 0.501, 0.51)
LANES = {"score_function": 1, "score_function_loo": 2, "arm": 1, "disarm": 1}
"""Estimators and their K: two evaluations of f each, but the plain score function's one."""
STEPS, QUICK_STEPS = 2000, 200
REPLICATES, SEED, RATE = 256, 2020, 1.0
ALONG = "5 standard errors of the mean, over all steps, of sampled minus exact variance at the run's own p"
ABOUT_PLAY = "ARM and DisARM, which evaluate f twice at K = 1. Leave-one-out does at K = 2, and a run has one K."
PATH = "5 standard deviations of φ at the end: the closed-form variance, carried along the exact path"


def variance(key: str, p0: float, p: np.ndarray) -> np.ndarray:
    """The closed form."""
    d, q = 1.0 - 2.0 * p0, np.minimum(p, 1.0 - p)
    g = d * p * (1.0 - p)
    if key == "score_function":
        one, zero = (1.0 - p0) ** 2 * (1.0 - p), -(p0**2) * p  # f(1) s(1) and f(0) s(0)
        return p * one**2 + (1.0 - p) * zero**2 - g**2
    if key == "score_function_loo":
        return d**2 * p * (1.0 - p) * (0.5 - p * (1.0 - p))
    if key == "arm":
        return d**2 * (0.125 - (0.5 - q) ** 3) * 2.0 / 3.0 - g**2
    return d**2 * q * (1.0 - q) ** 2 * (0.5 - q)


def exact_path(key: str, p0: float, steps: int) -> tuple[np.ndarray, float]:
    """φ [steps + 1] by the exact gradient, and the standard deviation of the run's φ at the end, to first order."""
    d, spread, path = 1.0 - 2.0 * p0, 0.0, [0.0]
    for _ in range(steps):
        p = 1.0 / (1.0 + math.exp(-path[-1]))
        rise = 1.0 + RATE * d * p * (1.0 - p) * (1.0 - 2.0 * p)
        spread = rise**2 * spread + RATE**2 * float(variance(key, p0, np.array(p)))
        path.append(path[-1] + RATE * d * p * (1.0 - p))
    return np.array(path), math.sqrt(spread)


def config_of(p0: float, key: str) -> Config:
    """One training, maximising."""
    return Config.create(
        family="bernoulli",
        params={"logits": 0.0},
        cost="quadratic",
        cost_params={"target": p0},
        estimators=[key],
        samples=LANES[key],
        replicates=REPLICATES,
        learning_rate=RATE,
        maximize=True,
        seed=SEED,
    )


def _train(p0: float, key: str, steps: int) -> dict:
    found = trace(config_of(p0, key), steps)
    phi, sampled = found.theta[:, 0, 0], found.variance[:, 0, 0]
    away = sampled - variance(key, p0, sigmoid(phi))
    # The variance of no noise is rounding.
    error = max(float(away.std(ddof=1)) / math.sqrt(len(away)), 1e-12)
    drawn, values = thinned(sampled)
    return {
        "distance": float(away.mean()) / error,
        "last": float(phi[-1]),
        "first_variance": float(sampled[0]),
        "mean_variance": float(sampled.mean()),
        "steps": drawn,
        "variance": values,
        "p": thinned(sigmoid(phi))[1],
    }


def pieces(quick: bool) -> tuple[Piece, ...]:
    steps = QUICK_STEPS if quick else STEPS
    return tuple(
        Piece(f"{p0:g} {key}", functools.partial(_train, p0, key, steps))
        for p0 in (P0S[:1] if quick else P0S)
        for key in LANES
    )


def conclude(found: Pieces, quick: bool) -> Result:
    checks: list[Check] = []
    spreads, paths = [], []
    steps = QUICK_STEPS if quick else STEPS
    for p0 in P0S[:1] if quick else P0S:
        at = {key: found[f"{p0:g} {key}"] for key in LANES}
        for key, piece in at.items():
            checks.append(Check(f"p₀ = {p0:g}, {key}: variance along the run", 0.0, piece["distance"], 5.0, ALONG))
        for key in ("score_function_loo", "arm", "disarm"):
            path, deviation = exact_path(key, p0, steps - 1)
            name = f"p₀ = {p0:g}, {key}: φ at the end"
            checks.append(Check(name, float(path[-1]), at[key]["last"], 5.0 * deviation, PATH))
        for other in ("score_function_loo", "arm"):
            ratio = at["disarm"]["mean_variance"] / at[other]["mean_variance"]
            checks.append(Check(f"p₀ = {p0:g}: Var DisARM / Var {other}", 1.0, ratio, 0.0, "an order", "<"))
        play = config_of(p0, "arm").to_mapping() | {"estimators": ["arm", "disarm"]}
        runs = tuple(Line(key, piece["steps"], piece["variance"]) for key, piece in at.items())
        spreads.append(
            Panel(f"p₀ = {p0:g}: variance", "step", "variance", runs, log_y=True, play=play, about_play=ABOUT_PLAY)
        )
        exact = Line("exact path", *thinned(sigmoid(exact_path("disarm", p0, steps - 1)[0])), exact=True)
        probabilities = tuple(Line(key, piece["steps"], piece["p"]) for key, piece in at.items())
        title = f"p₀ = {p0:g}: probability of b = 1"
        paths.append(Panel(title, "step", "p", (*probabilities, exact), play=play, about_play=ABOUT_PLAY))
    published = {"score_function": 0.015638, "arm": 8.33e-6, "disarm": 0.0}
    for key, number in published.items():
        exactly = float(variance(key, 0.49, np.array(0.5)))
        rounding = {"score_function": 5e-7, "arm": 5e-9, "disarm": 1e-15}[key]
        checks.append(
            Check(f"p₀ = 0.49, p = ½, {key}: variance, exactly", number, exactly, rounding, "half of the last digit")
        )
    return Result(tuple(checks), tuple(panel for pair in zip(spreads, paths, strict=True) for panel in pair))


REPRODUCTION = Reproduction(
    key="arm-disarm-toy",
    label="ARM and DisARM on one bit",
    source="Yin & Zhou (2019), ARM, §5.1; Dong, Mnih & Tucker (2020), DisARM, §5.1.",
    claim="At two evaluations of f, DisARM has less variance than ARM and than leave-one-out, and none at p = ½.",
    pieces=pieces,
    conclude=conclude,
    order=4,
)
