"""Mohamed et al. (2020), Figure 2: variances for (x − k)², x ~ N(1, 1), K = 1.

With d = 1 − k, with respect to loc: score function d⁴ + 14 d² + 15, with the mean as baseline 8 d² + 10, with the best
one 8 d² + 6, pathwise 4, coupled measure-valued (16/π − 4) d². With respect to scale, pathwise 4 d² + 8 and
measure-valued 4 d² + 4.
"""

import functools
import math

from playground.reproduction import gaussian_variances as gaussian
from playground.reproduction.reproduction import Check, Piece, Pieces, Reproduction, Result

KS = tuple(-3.0 + 0.5 * place for place in range(13))
QUICK_KS = (-3.0, 0.0, 1.0, 3.0)
FINE = tuple(-3.0 + 0.05 * place for place in range(121))
REPLICATES, QUICK_REPLICATES = 400_000, 20_000
PUBLISHED = {
    "score_function": (30.0, 136.0),
    "score_function_mean_baseline": (18.0, 96.0),
    "score_function_optimal_baseline": (14.0, 64.0),
    "pathwise": (4.0, 12.0),
    "measure_valued": (16.0 / math.pi - 4.0, 8.0),
}
"""At k = 0, with respect to loc and scale."""


def _exact(k: float) -> dict[str, list[float]]:
    return gaussian.variances(lambda x: (x - k) ** 2, lambda x: 2.0 * (x - k))


def by_hand(k: float) -> dict[str, float]:
    """The closed forms with respect to loc."""
    d = 1.0 - k
    return {
        "score_function": d**4 + 14.0 * d**2 + 15.0,
        "score_function_mean_baseline": 8.0 * d**2 + 10.0,
        "score_function_optimal_baseline": 8.0 * d**2 + 6.0,
        "pathwise": 4.0,
        "measure_valued": (16.0 / math.pi - 4.0) * d**2,
    }


def pieces(quick: bool) -> tuple[Piece, ...]:
    replicates = QUICK_REPLICATES if quick else REPLICATES
    return tuple(
        Piece(f"k = {k:g}", functools.partial(gaussian.sampled, "quadratic", {"target": k}, replicates))
        for k in (QUICK_KS if quick else KS)
    )


def conclude(found: Pieces, quick: bool) -> Result:
    ks = QUICK_KS if quick else KS
    checks, panels = gaussian.checks_and_panels(
        "(x − k)²", "k", ks, [_exact(k) for k in ks], list(found.values()), FINE, [_exact(k) for k in FINE],
        "quadratic", {"target": 0.0},
    )  # fmt: skip
    reason = "exact numbers: what is left is rounding"
    for key, name in gaussian.NAMES.items():
        for index, parameter in enumerate(gaussian.PARAMETERS):
            published, integral = PUBLISHED[key][index], _exact(0.0)[key][index]
            checks.append(Check(f"k = 0, {parameter}: {name}, exactly", published, integral, 1e-9 * published, reason))
    off = max(abs(_exact(k)[key][0] / form - 1.0) for k in KS if k != 1.0 for key, form in by_hand(k).items())
    checks.append(Check("largest relative distance from the closed forms in d, loc", 0.0, off, 1e-9, reason))
    return Result(tuple(checks), tuple(panels))


REPRODUCTION = Reproduction(
    key="mohamed-2020-fig2",
    label="Variances for (x − k)² under a Normal",
    source="Mohamed, Rosca, Figurnov & Mnih (2020), Monte Carlo gradient estimation in machine learning, Figure 2.",
    claim="The pathwise variance is the same at all k with respect to loc; the score function's grows as k leaves loc.",
    pieces=pieces,
    conclude=conclude,
    order=2,
)
