"""Gumbel-softmax: the pathwise gradient of a relaxed class, softmax((logits + Gumbel noise)/τ).

f is evaluated between the classes, at the mean class value under the relaxed weights.

Requires: Bernoulli, a product of them, or Categorical; f differentiable between the classes. Unbiased: no, it is the
exact gradient of another problem, the relaxed one; τ → 0 removes the bias and lets the variance explode. Cost: K
evaluations of f.
Watch for: on (b − 0.45)² it settles at θ = 0.377 (τ = 1), although the optimum is θ = 0.

References:
  Jang, Gu & Poole (2017), Categorical reparameterization with Gumbel-softmax.
  Maddison, Mnih & Teh (2017), The concrete distribution.
"""

from collections.abc import Mapping
from typing import Any

import tensorflow as tf

from playground.estimator import Draw, Estimate, Estimator, State, points_of
from playground.estimators import relaxation
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
    with tf.GradientTape() as tape:
        tape.watch(copies)
        logits, values = relaxation.classes(problem, copies)
        x = relaxation.soft(relaxation.perturb(logits, seed, draw) / hyperparameters["temperature"], values)
        f = problem.f(x, copies)
    return Estimate(tape.gradient(f, copies), points_of(x)), state


ESTIMATOR = Estimator(
    key="gumbel_softmax",
    label="Gumbel-softmax",
    story="Replaces the class by a soft mixture of classes that a path can pass through. Smooth, and biased.",
    latex=r"\nabla_\theta f\bigl(\mathrm{softmax}((\theta+g)/\tau)\bigr)",
    estimate=_estimate,
    why_not=relaxation.why_not,
    unbiased=lambda problem: False,
    evaluations=lambda problem, hyperparameters, samples: samples,
    hyperparameters=(relaxation.TEMPERATURE,),
    shift_invariant=True,
    vectors=True,
    order=8,
)
