"""ReinMax: straight-through corrected to second order, by Heun's method in place of Euler's.

2 J(π̄) g − ½ J(π) g with J(π) = diag π − ππᵀ, π = softmax(φ), π̄ = ½ (softmax(φ/τ) + onehot) and g = ∂f/∂onehot at the
hard sample. E[f] differences are integrals of f′, which straight-through takes from one end and ReinMax from both.

Requires: Bernoulli, a product of them, or Categorical; f differentiable. Unbiased: at τ = 1 for costs that are
quadratic in the class; for others the error is of third order in f. Cost: K evaluations of f.
Watch for: a τ other than 1 gives up the second order; where one class is rare, the variance exceeds straight-through's.

References:
  Liu, Dong, Liu, Yu & Gao (2023), Bridging discrete and backpropagation: straight-through and beyond.
"""

from collections.abc import Mapping
from typing import Any

import tensorflow as tf

from playground.estimator import Draw, Estimate, Estimator, State, points_of
from playground.estimators import relaxation, sampling
from playground.parameter import Parameters
from playground.problem import Problem


def _softmax_slope(probs: tf.Tensor, g: tf.Tensor) -> tf.Tensor:
    """J(π) g = π (g − π·g), [..., C]; it sums to 0, which the paper's last step, centring, makes sure of."""
    return probs * (g - tf.reduce_sum(probs * g, axis=-1, keepdims=True))


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
        tape.watch(x)
        f = problem.f(x, copies)
    slope = tape.gradient(f, x)
    with tf.GradientTape() as tape:
        tape.watch(copies)
        logits, values = relaxation.classes(problem, copies)
    g = slope[..., tf.newaxis] * values
    onehot = tf.cast(tf.equal(x[..., tf.newaxis], values), x.dtype)
    middle = 0.5 * (tf.nn.softmax(logits / hyperparameters["temperature"]) + onehot)
    by_logits = 2.0 * _softmax_slope(middle, g) - 0.5 * _softmax_slope(tf.nn.softmax(logits), g)
    return Estimate(tape.gradient(logits, copies, output_gradients=by_logits), points_of(x)), state


ESTIMATOR = Estimator(
    key="reinmax",
    label="ReinMax",
    story="Straight-through that looks from both ends of the jump: right on quadratics, nearly so elsewhere.",
    latex=r"2J(\bar\pi)\,g-\tfrac12 J(\pi)\,g,\quad \bar\pi=\tfrac12(\pi_\tau+\mathrm{onehot})",
    estimate=_estimate,
    why_not=relaxation.why_not,
    unbiased=lambda problem: False,
    evaluations=lambda problem, hyperparameters, samples: samples,
    hyperparameters=(relaxation.TEMPERATURE,),
    shift_invariant=True,
    vectors=True,
    order=11,
)
