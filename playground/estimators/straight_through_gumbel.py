"""Straight-through Gumbel-softmax: a hard sample forward, the relaxed sample's gradient backward.

The hard class is the argmax of logits + Gumbel noise, the gradient that of softmax((logits + the same noise)/τ).

Requires: Bernoulli, a product of them, or Categorical; f differentiable. Unbiased: no. Cost: K evaluations of f.
Watch for: a smaller τ makes the forward and the backward pass agree, and the variance explode.

References:
  Jang, Gu & Poole (2017), Categorical reparameterization with Gumbel-softmax, §2.2.
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
        perturbed = relaxation.perturb(logits, seed, draw)
        relaxed = relaxation.soft(perturbed / hyperparameters["temperature"], values)
        x = relaxation.hard(perturbed, values)
        f = problem.f(tf.stop_gradient(x - relaxed) + relaxed, copies)
    return Estimate(tape.gradient(f, copies), points_of(x)), state


ESTIMATOR = Estimator(
    key="straight_through_gumbel",
    label="straight-through Gumbel",
    story="A hard class forward, the Gumbel-softmax gradient backward, both from the same noise.",
    latex=r"\frac{\partial f}{\partial x}(x_{\mathrm{hard}})\,\nabla_\theta x_{\mathrm{relaxed}}",
    estimate=_estimate,
    why_not=relaxation.why_not,
    unbiased=lambda problem: False,
    evaluations=lambda problem, hyperparameters, samples: samples,
    hyperparameters=(relaxation.TEMPERATURE,),
    shift_invariant=True,
    vectors=True,
    order=10,
)
