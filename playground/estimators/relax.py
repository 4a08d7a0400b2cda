"""RELAX: as REBAR, but with a small network as the control variate, trained to leave the least variance.

(f(b) − c(z̃)) ∇ log p(b) + ∇c(z) − ∇c(z̃), where z are scores whose winner is the class b, z̃ are scores drawn anew given
b, and c is ten tanh units over softmax(·/T). E[c(z̃) ∇ log p(b) + ∇c(z̃)] = ∇E[c(z)], so what c is matters to the
variance alone.

Requires: Bernoulli, a product of them, or Categorical; of f nothing, not even a slope. Unbiased: yes, whatever c is;
its weights and T are trained by Adam on the gradient of the square of earlier steps' estimates. Cost: K evaluations of
f.
Watch for: c begins at 0, as the plain score function, and each weight moves by about the rate a step: a large cost
takes hundreds of steps to be matched, and a θ that moves fast leaves c behind.

References:
  Grathwohl, Choi, Wu, Roeder & Duvenaud (2018), Backpropagation through the void: optimizing control variates for
  black-box gradient estimation.
"""

import math
from collections.abc import Mapping
from typing import Any

import tensorflow as tf

from playground import adaptation, network
from playground.estimator import Draw, Estimate, Estimator, Learned, State
from playground.estimators import relaxation, sampling
from playground.parameter import Parameters
from playground.problem import Problem

FIRST_TEMPERATURE = 0.5


def _why_not(problem: Problem, draw: Draw) -> str | None:
    if problem.family.class_values is None:
        return relaxation.no_classes(problem)
    return sampling.why_not(problem, draw)


def _init(problem: Problem, hyperparameters: Mapping[str, Any]) -> State:
    dtype = hyperparameters["adaptation_rate"].dtype
    weights = network.first_weights(_inputs(problem), dtype)
    return adaptation.begin(tf.concat([[tf.constant(math.log(FIRST_TEMPERATURE), dtype)], weights], axis=0))


def _inputs(problem: Problem) -> int:
    """How many weights say all: of each set, which sums to 1, all but the first."""
    if problem.coordinates is not None:
        return problem.coordinates
    return 1 if problem.sizes == (1,) else problem.sizes[0] - 1


def _control(learned: tf.Tensor, weights: tf.Tensor) -> tf.Tensor:
    # The weights of two classes in each of D coordinates are D inputs, and not D times one.
    own = weights[..., 1] if weights.shape.rank == 4 else weights[..., 1:]
    return network.apply(learned[1:], 2.0 * own - 1.0)


def _estimate(
    problem: Problem,
    hyperparameters: Mapping[str, Any],
    state: State,
    parameters: Parameters,
    seed: tf.Tensor,
    draw: Draw,
) -> tuple[Estimate, State]:
    estimate, gradient = relaxation.controlled(problem, parameters, seed, draw, _control, state["learned"])
    return estimate, adaptation.improve(state, gradient, hyperparameters["adaptation_rate"])


def _numbers(problem: Problem, state: State, parameters: Parameters) -> dict[str, tf.Tensor]:
    return {"temperature": tf.exp(state["learned"][0])}


def _curve(problem: Problem, state: State, parameters: Parameters, x: tf.Tensor) -> tf.Tensor:
    return _control(state["learned"], relaxation.between(relaxation.classes(problem, parameters)[1], x))


ESTIMATOR = Estimator(
    key="relax",
    label="RELAX",
    story="Learns a control variate, a small network, for whatever f is, and takes its noise away without bias.",
    latex=r"(f(b)-c(\tilde z))\,\nabla\log p(b)+\nabla c(z)-\nabla c(\tilde z),\quad c\ \mathrm{learned}",
    estimate=_estimate,
    init=_init,
    why_not=_why_not,
    evaluations=lambda problem, hyperparameters, samples: samples,
    hyperparameters=(adaptation.RATE,),
    learned=Learned(_numbers, _curve),
    vectors=True,
    order=13,
)
