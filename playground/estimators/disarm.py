"""DisARM (also U2G): ARM with the uniform number averaged out, given the two bits it made.

½ (f(b) − f(b̃)) (−1)^b̃ 1[b ≠ b̃] σ(|φ|), which is E[ARM | b, b̃]: where the bits differ u is uniform within
q = σ(−|φ|) of an end, |u − ½| is ½ (1 − q) on average, and 1 − q = σ(|φ|).

Requires: Bernoulli, or a product of them, of which all bits are drawn twice at once; any f. Unbiased: yes. Cost: 2K
evaluations of f.
Watch for: at p = ½ the bits always differ and nothing is left to chance; near p = 0 or 1 they hardly ever differ, and
the estimate is nearly always 0.

References:
  Dong, Mnih & Tucker (2020), DisARM: an antithetic gradient estimator for binary latent variables.
  Yin, Ho, Yan, Qian & Zhou (2020), Probabilistic best subset selection via gradient-based optimization (U2G).
"""

from collections.abc import Mapping
from typing import Any

import tensorflow as tf

from playground import coupled_bits
from playground.estimator import Draw, Estimate, Estimator, State
from playground.parameter import Parameters
from playground.problem import Problem


def _weight(bits: coupled_bits.Bits) -> tf.Tensor:
    # (−1)^b̃ 1[b ≠ b̃] is b − b̃.
    return 0.5 * (bits.first - bits.second) * tf.sigmoid(tf.abs(bits.logit))


def _estimate(
    problem: Problem,
    hyperparameters: Mapping[str, Any],
    state: State,
    parameters: Parameters,
    seed: tf.Tensor,
    draw: Draw,
) -> tuple[Estimate, State]:
    return coupled_bits.estimate(problem, parameters, seed, draw, _weight), state


def _square(q: tf.Tensor) -> tf.Tensor:
    """(½ (1 − q))² with the probability 2q that the bits differ."""
    return 0.5 * q * (1.0 - q) ** 2


ESTIMATOR = Estimator(
    key="disarm",
    label="DisARM",
    story="ARM without the noise of its weight: only whether two opposite bits differ is left to chance.",
    latex=r"\tfrac12(f(b)-f(\tilde b))\,(-1)^{\tilde b}\,\mathbb{1}[b\neq\tilde b]\,\sigma(|\phi|)",
    estimate=_estimate,
    why_not=coupled_bits.why_not,
    evaluations=lambda problem, hyperparameters, samples: 2 * samples,
    shift_invariant=True,
    exact_variance=lambda nodes, samples: coupled_bits.variance(nodes, samples, _square),
    vectors=True,
    order=15,
)
