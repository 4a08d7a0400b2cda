"""Mohamed et al. (2020), Figure 3: variances for exp(−k x²) and cos(k x), x ~ N(1, 1), K = 1.

For cos, pathwise becomes worse than the plain score function: with respect to loc beyond k = 1.064.
"""

import functools
from collections.abc import Callable

import numpy as np

from playground.reproduction import gaussian_variances as gaussian
from playground.reproduction.reproduction import Check, Piece, Pieces, Reproduction, Result

KS = {
    "exponential": (0.1, 0.2, 0.5, 1.0, 2.0, 3.0, 5.0, 7.0, 10.0),
    "cosine": tuple(0.5 + 0.5 * place for place in range(10)),
}
QUICK_KS = {"exponential": (0.1, 1.0, 10.0), "cosine": (0.5, 2.0, 5.0)}
FINE = {"exponential": np.geomspace(0.1, 10.0, 80).tolist(), "cosine": np.linspace(0.5, 5.0, 91).tolist()}
TITLES = {"exponential": "exp(−k x²)", "cosine": "cos(k x)"}
CROSSING = 1.064
REPLICATES, QUICK_REPLICATES = 400_000, 20_000


def _exact(cost: str, k: float) -> dict[str, list[float]]:
    if cost == "cosine":
        return gaussian.variances(lambda x: np.cos(k * x), lambda x: -k * np.sin(k * x))
    return gaussian.variances(lambda x: np.exp(-k * x**2), lambda x: -2.0 * k * x * np.exp(-k * x**2))


def crossing(lead: Callable[[float], float], low: float, high: float) -> float:
    """Where `lead` goes from negative to positive."""
    for _ in range(40):
        middle = 0.5 * (low + high)
        low, high = (low, middle) if lead(middle) > 0.0 else (middle, high)
    return low


def _lead(index: int) -> Callable[[float], float]:
    def lead(k: float) -> float:
        at = _exact("cosine", k)
        return at["pathwise"][index] - at["score_function"][index]

    return lead


def pieces(quick: bool) -> tuple[Piece, ...]:
    replicates = QUICK_REPLICATES if quick else REPLICATES
    return tuple(
        Piece(f"{cost}, k = {k:g}", functools.partial(gaussian.sampled, cost, {"k": k}, replicates))
        for cost, ks in (QUICK_KS if quick else KS).items()
        for k in ks
    )


def conclude(found: Pieces, quick: bool) -> Result:
    checks: list[Check] = []
    panels = []
    for cost, ks in (QUICK_KS if quick else KS).items():
        pieces_here = [found[f"{cost}, k = {k:g}"] for k in ks]
        more_checks, more_panels = gaussian.checks_and_panels(
            TITLES[cost], "k", ks, [_exact(cost, k) for k in ks], list(pieces_here),
            FINE[cost], [_exact(cost, k) for k in FINE[cost]], cost, {"k": 1.0 if cost == "exponential" else 2.0},
        )  # fmt: skip
        checks += more_checks
        panels += more_panels
    by_loc, by_scale = (crossing(_lead(index), 0.6, 2.0) for index in (0, 1))
    checks.append(
        Check("k beyond which pathwise is worse than the plain score function for cos, loc", CROSSING, by_loc, 5e-4,
              "half of the last digit that was written down")
    )  # fmt: skip
    last = found["cosine, k = 5"]
    ratio = last["pathwise"]["variance"][0] / last["score_function"]["variance"][0]
    checks.append(
        Check("Var pathwise / Var score function for cos at k = 5, loc, sampled", 1.0, ratio, 0.0, "an order", ">")
    )
    said = f"With respect to scale that crossing is at k = {by_scale:.3f} (no published number is known to us)."
    return Result(tuple(checks), tuple(panels), notes=(said,))


REPRODUCTION = Reproduction(
    key="mohamed-2020-fig3",
    label="Variances for exp(−k x²) and cos(k x) under a Normal",
    source="Mohamed, Rosca, Figurnov & Mnih (2020), Monte Carlo gradient estimation in machine learning, Figure 3.",
    claim="No estimator is best everywhere: for cos(k x), pathwise is worse than the score function once k is large.",
    pieces=pieces,
    conclude=conclude,
    order=3,
)
