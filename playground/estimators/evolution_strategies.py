"""Evolution strategies: the score function of a Normal cloud of parameters around θ.

(f(x(φ + σε)) − f(x(φ − σε))) ε / 2σ with ε ~ N(0, I), mirrored, one direction a sample, on the unconstrained scale φ
and with common random numbers. It is the gradient of E_ε[F(φ + σε)]: of E[f] smoothed by a Normal of width σ.

Requires: a sampler; any f, and any family.
Unbiased: no: it is exact for the smoothed problem, which differs by σ²/2 times the Laplacian of the gradient, or more
where E[f] has a shape finer than σ.
Cost: 2K evaluations of f.
Watch for: Normal directions are longer than SPSA's signs, so it needs an even larger K; smoothing also fills in narrow
valleys, which can be what one wants.

References:
  Salimans, Ho, Chen, Sidor & Sutskever (2017), Evolution strategies as a scalable alternative to reinforcement
  learning.
  Nesterov & Spokoiny (2017), Random gradient-free minimization of convex functions.
"""

from collections.abc import Mapping
from typing import Any

import tensorflow as tf

from playground import noise
from playground.estimator import Draw, Estimate, Estimator, Hyperparameter, State
from playground.estimators import perturbation, sampling
from playground.parameter import Parameter, Parameters
from playground.problem import Problem


def _estimate(
    problem: Problem,
    hyperparameters: Mapping[str, Any],
    state: State,
    parameters: Parameters,
    seed: tf.Tensor,
    draw: Draw,
) -> tuple[Estimate, State]:
    own, cloud = noise.split(seed, 2)
    phi = perturbation.unconstrained(problem, parameters)
    width = tf.cast(hyperparameters["smoothing"], phi.dtype)
    epsilon = tf.random.stateless_normal((*draw.shape, phi.shape[-1]), cloud, dtype=phi.dtype)
    epsilon = perturbation.directions(epsilon, draw)
    ends = perturbation.difference(problem, phi, width * epsilon, own, draw)
    slopes = (ends.rise / (2.0 * width))[..., tf.newaxis] * epsilon
    return perturbation.natural(problem, phi, slopes, [ends.plus, ends.minus]), state


ESTIMATOR = Estimator(
    key="evolution_strategies",
    label="evolution strategies",
    story="Tries a cloud of parameters around θ and leans towards the cheaper half: the slope of a smoothed cost.",
    latex=r"\frac{f(x(\omega,\theta+\sigma\varepsilon))-f(x(\omega,\theta-\sigma\varepsilon))}{2\sigma}\,\varepsilon",
    estimate=_estimate,
    why_not=sampling.why_not,
    unbiased=lambda problem: False,
    evaluations=lambda problem, hyperparameters, samples: 2 * samples,
    hyperparameters=(Hyperparameter(Parameter("smoothing", 0.2, 0.01, 2.0, r"\sigma_{\mathrm{ES}}")),),
    shift_invariant=True,
    vectors=True,
    order=22,
)
