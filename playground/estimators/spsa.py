"""Simultaneous perturbation (SPSA): all parameters move at once, each up or down by the toss of a coin.

(f(x(θ + hΔ)) − f(x(θ − hΔ))) / (2hΔᵢ), Δ of Rademacher signs, one direction a sample (Spall's averaged gradient), on
the unconstrained scale, with common random numbers: two evaluations a sample, however many parameters there are.

Requires: a sampler; any f, and any family.
Unbiased: no: the cross terms Δⱼ/Δᵢ average to 0, and O(h²) remains, as for a finite difference.
Cost: 2K evaluations of f.
Watch for: what it saves in evaluations it pays in variance: each element of the gradient carries the noise of all.

References:
  Spall (1992), Multivariate stochastic approximation using a simultaneous perturbation gradient approximation.
"""

from collections.abc import Mapping
from typing import Any

import tensorflow as tf

from playground import noise
from playground.estimator import Draw, Estimate, Estimator, State
from playground.estimators import perturbation, sampling
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
    own, coins = noise.split(seed, 2)
    phi = perturbation.unconstrained(problem, parameters)
    step = tf.cast(hyperparameters["difference_step"], phi.dtype)
    tossed = tf.random.stateless_uniform((*draw.shape, phi.shape[-1]), coins, dtype=phi.dtype) < 0.5
    signs = perturbation.directions(tf.where(tossed, tf.ones([], phi.dtype), -tf.ones([], phi.dtype)), draw)
    ends = perturbation.difference(problem, phi, step * signs, own, draw)
    # 1/Δ is Δ.
    slopes = (ends.rise / (2.0 * step))[..., tf.newaxis] * signs
    return perturbation.natural(problem, phi, slopes, [ends.plus, ends.minus]), state


ESTIMATOR = Estimator(
    key="spsa",
    label="SPSA",
    story="Moves all parameters at once by random signs: two evaluations a sample, however many parameters there are.",
    latex=r"\frac{f(x(\omega,\theta+h\Delta))-f(x(\omega,\theta-h\Delta))}{2h\,\Delta_i}",
    estimate=_estimate,
    why_not=sampling.why_not,
    unbiased=lambda problem: False,
    evaluations=lambda problem, hyperparameters, samples: 2 * samples,
    hyperparameters=(perturbation.STEP,),
    shift_invariant=True,
    vectors=True,
    order=21,
)
