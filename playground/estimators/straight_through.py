"""Straight-through: a hard sample forward, the gradient of its mean backward.

J(π) g with J(π) = diag π − ππᵀ and g = ∂f/∂onehot at the hard sample: as if the sample had been its own probability.

Requires: Bernoulli, a product of them, or Categorical; f differentiable. Unbiased: only for costs linear in the class.
Cost: K evaluations.
Watch for: on (b − 0.45)² it settles at θ = 0.45 exactly, although the optimum is θ = 0.

References:
  Bengio, Léonard & Courville (2013), Estimating or propagating gradients through stochastic neurons.
"""

from collections.abc import Mapping
from typing import Any

import tensorflow as tf

from playground.estimator import Draw, Estimate, Estimator, State, points_of
from playground.estimators import relaxation, sampling
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
    copies = problem.broadcast(parameters, draw.shape)
    x = sampling.sample(problem, copies, seed, draw)
    with tf.GradientTape() as tape:
        tape.watch(copies)
        mean = relaxation.soft(*relaxation.classes(problem, copies))
        f = problem.f(tf.stop_gradient(x - mean) + mean, copies)
    return Estimate(tape.gradient(f, copies), points_of(x)), state


ESTIMATOR = Estimator(
    key="straight_through",
    label="straight-through",
    story="Draws a hard class, then pretends on the way back that it was its own probability. Cheap, and biased.",
    latex=r"J(\pi)\,\frac{\partial f}{\partial \mathrm{onehot}}(x)",
    estimate=_estimate,
    why_not=relaxation.why_not,
    unbiased=lambda problem: False,
    evaluations=lambda problem, hyperparameters, samples: samples,
    shift_invariant=True,
    vectors=True,
    order=9,
)
