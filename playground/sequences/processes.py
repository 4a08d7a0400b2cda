"""Random processes whose law is known, so that the best possible forecast is known as well."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

SINE_PERIOD, SINE_NOISE = 25.0, 0.3
AR_COEFFICIENTS, AR_NOISE = (1.5, -0.8), 0.5
STAY = 0.97
REGIME_COEFFICIENTS, REGIME_NOISES = (0.8, 0.2), (0.15, 1.0)
BURN_IN = 200


class Law(NamedTuple):
    """What is known of each value of a series before it is seen, under the true law: [N] each.

    Attributes:
      log_density: log p(x_t | all before it), in nats.
      mean, deviation: Of that law. Their Normal is the best of all Normal forecasts: it alone matches both.
    """

    log_density: np.ndarray
    mean: np.ndarray
    deviation: np.ndarray


@dataclass(frozen=True)
class Process:
    """A process to draw a series from.

    Attributes:
      key, label, story: Its stable name, its name on screen, one line on what to look for.
      make: (random generator, N) → a series [N], float64.
      law: A series [N] → what is known of each value before it is seen.
      source: The law, in words.
    """

    key: str
    label: str
    story: str
    make: Callable[[np.random.Generator, int], np.ndarray]
    law: Callable[[np.ndarray], Law]
    source: str


def normal_log_density(x: np.ndarray, loc: np.ndarray | float, scale: np.ndarray | float) -> np.ndarray:
    """log N(x; loc, scale²), elementwise."""
    return -0.5 * ((x - loc) / scale) ** 2 - np.log(scale) - 0.5 * np.log(2.0 * np.pi)


def _normal(x: np.ndarray, loc: np.ndarray, scale: np.ndarray | float) -> Law:
    return Law(normal_log_density(x, loc, scale), loc, np.broadcast_to(scale, loc.shape))


def _sine(count: int) -> np.ndarray:
    return np.sin(2.0 * np.pi * np.arange(count) / SINE_PERIOD)


def _make_sine(rng: np.random.Generator, count: int) -> np.ndarray:
    return _sine(count) + SINE_NOISE * rng.standard_normal(count)


def _make_ar(rng: np.random.Generator, count: int) -> np.ndarray:
    first, second = AR_COEFFICIENTS
    noise = AR_NOISE * rng.standard_normal(count + BURN_IN)
    values = np.zeros(count + BURN_IN)
    for t in range(2, len(values)):
        values[t] = first * values[t - 1] + second * values[t - 2] + noise[t]
    return values[BURN_IN:]


def _ar_law(x: np.ndarray) -> Law:
    """The first two values count by the stationary law of neighbours (Brockwell & Davis 1991, §3.3)."""
    first, second = AR_COEFFICIENTS
    correlation = first / (1.0 - second)
    deviation = AR_NOISE / np.sqrt(1.0 - first * correlation - second * (first * correlation + second))
    loc, scale = np.zeros(len(x)), np.full(len(x), AR_NOISE)
    scale[:1] = deviation
    loc[1:2], scale[1:2] = correlation * x[:1], deviation * np.sqrt(1.0 - correlation**2)
    loc[2:] = first * x[1:-1] + second * x[:-2]
    return _normal(x, loc, scale)


def _make_regimes(rng: np.random.Generator, count: int) -> np.ndarray:
    leaves = rng.random(count + BURN_IN) > STAY
    regime = np.cumsum(leaves) % 2
    noise = rng.standard_normal(count + BURN_IN)
    values = np.zeros(count + BURN_IN)
    for t in range(1, len(values)):
        values[t] = REGIME_COEFFICIENTS[regime[t]] * values[t - 1] + REGIME_NOISES[regime[t]] * noise[t]
    return values[BURN_IN:]


def _regime_law(x: np.ndarray) -> Law:
    """Hamilton's filter (1989): the regime is hidden, so that the best forecast is a mixture of two Normals.

    The value before the first is unknown and taken as 0.
    """
    stay = np.array([[STAY, 1.0 - STAY], [1.0 - STAY, STAY]])
    before = np.concatenate([[0.0], x[:-1]])
    locs, scales = np.outer(before, REGIME_COEFFICIENTS), np.array(REGIME_NOISES)
    emission = normal_log_density(x[:, np.newaxis], locs, scales)
    belief, found, weights = np.array([0.5, 0.5]), np.empty(len(x)), np.empty((len(x), 2))
    for t, row in enumerate(emission):
        weights[t] = belief @ stay
        joint = weights[t] * np.exp(row - row.max())
        found[t] = np.log(joint.sum()) + row.max()
        belief = joint / joint.sum()
    mean = np.sum(weights * locs, axis=1)
    return Law(found, mean, np.sqrt(np.sum(weights * (scales**2 + locs**2), axis=1) - mean**2))


PROCESSES = {
    process.key: process
    for process in (
        Process(
            "noisy_sine",
            "Noisy sine",
            "A wave that repeats, under noise that does not: watch the mean bend, and the bands find the noise.",
            _make_sine,
            lambda x: _normal(x, _sine(len(x)), SINE_NOISE),
            f"x[t] = sin(2πt / {SINE_PERIOD:g}) + Normal(0, {SINE_NOISE:g}).",
        ),
        Process(
            "regime_switch",
            "Regime switch",
            "Calm and wild spells take turns: only bands that may differ from step to step can follow.",
            _make_regimes,
            _regime_law,
            f"A hidden switch, which turns with probability {1 - STAY:.2g} a step, between two first-order "
            f"autoregressions: {REGIME_COEFFICIENTS[0]} · x[t−1] with noise {REGIME_NOISES[0]}, and "
            f"{REGIME_COEFFICIENTS[1]} · x[t−1] with noise {REGIME_NOISES[1]:g}.",
        ),
        Process(
            "ar2",
            "AR(2)",
            "Each value follows from the last two: a linear causal convolution can be as good as the truth.",
            _make_ar,
            _ar_law,
            f"x[t] = {AR_COEFFICIENTS[0]} · x[t−1] − {-AR_COEFFICIENTS[1]} · x[t−2] + Normal(0, {AR_NOISE:g}).",
        ),
    )
}
