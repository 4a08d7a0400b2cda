"""REBAR: the score function with the relaxed cost as its control variate, corrected so that no bias is left.

(f(b) − c(z̃)) ∇ log p(b) + ∇c(z) − ∇c(z̃), where z are scores whose winner is the class b, z̃ are scores drawn anew given
b, and c = η f(softmax(·/T)) is f between the classes, as in Gumbel-softmax. E[c(z̃) ∇ log p(b) + ∇c(z̃)] = ∇E[c(z)].

Requires: Bernoulli, a product of them, or Categorical; f differentiable between the classes. Unbiased: yes, for all η
and T; both are trained by Adam on the gradient of the square of earlier steps' estimates. Cost: 3K evaluations of f.
Watch for: where f between the classes is unlike f on them, as (x − 0.499)² is, little of the noise is taken away.

References:
  Tucker, Mnih, Maddison, Lawson & Sohl-Dickstein (2017), REBAR: low-variance, unbiased gradient estimates for discrete
  latent variable models.
"""

import math
from collections.abc import Mapping
from typing import Any

import tensorflow as tf

from playground import adaptation
from playground.estimator import Draw, Estimate, Estimator, Learned, State
from playground.estimators import relaxation
from playground.parameter import Parameters
from playground.problem import Problem

FIRST_TEMPERATURE = 0.5


def _init(problem: Problem, hyperparameters: Mapping[str, Any]) -> State:
    return adaptation.begin(tf.constant([math.log(FIRST_TEMPERATURE), 1.0], hyperparameters["adaptation_rate"].dtype))


def _control(problem: Problem, values: tf.Tensor) -> relaxation.Control:
    return lambda learned, weights: learned[1] * problem.f(tf.linalg.matvec(weights, values), {})


def _estimate(
    problem: Problem,
    hyperparameters: Mapping[str, Any],
    state: State,
    parameters: Parameters,
    seed: tf.Tensor,
    draw: Draw,
) -> tuple[Estimate, State]:
    control = _control(problem, relaxation.classes(problem, parameters)[1])
    estimate, gradient = relaxation.controlled(problem, parameters, seed, draw, control, state["learned"])
    return estimate, adaptation.improve(state, gradient, hyperparameters["adaptation_rate"])


def _numbers(problem: Problem, state: State, parameters: Parameters) -> dict[str, tf.Tensor]:
    return {"eta": state["learned"][1], "temperature": tf.exp(state["learned"][0])}


def _curve(problem: Problem, state: State, parameters: Parameters, x: tf.Tensor) -> tf.Tensor:
    return state["learned"][1] * problem.f(x, {})


ESTIMATOR = Estimator(
    key="rebar",
    label="REBAR",
    story="Takes the noise away that the relaxed cost explains, without its bias; learns how much of it, and how soft.",
    latex=r"(f(b)-c(\tilde z))\,\nabla\log p(b)+\nabla c(z)-\nabla c(\tilde z),\quad c=\eta f(\sigma(\cdot/T))",
    estimate=_estimate,
    init=_init,
    why_not=relaxation.why_not,
    evaluations=lambda problem, hyperparameters, samples: 3 * samples,
    hyperparameters=(adaptation.RATE,),
    learned=Learned(_numbers, _curve),
    vectors=True,
    order=12,
)
