"""ARM (augment, REINFORCE, merge): two bits of one uniform number, weighed with how far that is from the middle.

(f(b) − f(b̃)) (u − ½) with b = 1[u > 1 − σ(φ)] and b̃ = 1[u < σ(φ)]. Where they differ this is (f(1) − f(0)) |u − ½|, and
∫|u − ½| over those u is q (1 − q) = p (1 − p), q = min(p, 1 − p): the exact gradient's own factor.

Requires: Bernoulli, or a product of them, of which all bits are drawn twice at once; any f. Unbiased: yes. Cost: 2K
evaluations of f.
Watch for: DisARM is the mean of this over u given both bits: the same two evaluations, and less variance.

References:
  Yin & Zhou (2019), ARM: augment-REINFORCE-merge gradient for stochastic binary networks.
"""

from collections.abc import Mapping
from typing import Any

import tensorflow as tf

from playground import coupled_bits
from playground.estimator import Draw, Estimate, Estimator, State
from playground.parameter import Parameters
from playground.problem import Problem


def _estimate(
    problem: Problem,
    hyperparameters: Mapping[str, Any],
    state: State,
    parameters: Parameters,
    seed: tf.Tensor,
    draw: Draw,
) -> tuple[Estimate, State]:
    return coupled_bits.estimate(problem, parameters, seed, draw, lambda bits: bits.u - 0.5), state


def _square(q: tf.Tensor) -> tf.Tensor:
    """∫(u − ½)² over the u within q of 0 or 1."""
    return (0.125 - (0.5 - q) ** 3) * 2.0 / 3.0


ESTIMATOR = Estimator(
    key="arm",
    label="ARM",
    story="Draws two opposite bits from one number, and weighs their difference with that number.",
    latex=r"(f(b)-f(\tilde b))\,(u-\tfrac12)",
    estimate=_estimate,
    why_not=coupled_bits.why_not,
    evaluations=lambda problem, hyperparameters, samples: 2 * samples,
    shift_invariant=True,
    exact_variance=lambda nodes, samples: coupled_bits.variance(nodes, samples, _square),
    vectors=True,
    order=14,
)
