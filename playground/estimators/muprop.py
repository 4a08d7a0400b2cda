"""MuProp: the score function with the cost's tangent at the mean as its control variate.

(f(x) − f(μ) − f′(μ)(x − μ)) ∇ log p(x) + f′(μ) ∇μ, μ = E[x]: what is taken away, the tangent times the score, has the
mean f′(μ) ∇μ, which is added again. The name is from the mean-field pass through a network that finds f′(μ).

Requires: a discrete family whose mean is known; a cost that is defined between the atoms, differentiable at μ.
Unbiased: yes, for any line in place of the tangent. Cost: K + 1 evaluations of f, one slope.
Watch for: only what is linear in x is taken away; on a cost that turns at μ the tangent says nothing.

References:
  Gu, Levine, Sutskever & Mnih (2016), MuProp: unbiased backpropagation for stochastic neural networks.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import tensorflow as tf

from playground import moments
from playground.estimator import Draw, Estimate, Estimator, State
from playground.estimators import relaxation, score
from playground.nodes import Nodes
from playground.parameter import Parameters
from playground.problem import Problem


class _Tangent(NamedTuple):
    """μ, f(μ) and f′(μ), of the parameters' batch shape, and ∇μ by parameter name."""

    mean: tf.Tensor
    value: tf.Tensor
    slope: tf.Tensor
    motion: Mapping[str, tf.Tensor]

    def beyond(self, x: tf.Tensor, f: tf.Tensor) -> tf.Tensor:
        """f(x) − f(μ) − f′(μ)(x − μ)."""
        return f - self.value - self.slope * (x - self.mean)


def _tangent(problem: Problem, parameters: Parameters) -> _Tangent:
    with tf.GradientTape() as tape:
        tape.watch(parameters)
        if problem.family.class_values is not None:
            logits, values = relaxation.classes(problem, parameters)
            mean = tf.reduce_sum(tf.nn.softmax(logits) * values, axis=-1)
        else:
            mean = problem.distribution(parameters).mean()
    motion = tape.gradient(mean, parameters)
    with tf.GradientTape() as tape:
        tape.watch(mean)
        value = problem.f(mean, parameters)
    return _Tangent(mean, value, tape.gradient(value, mean, unconnected_gradients="zero"), motion)


def _why_not(problem: Problem, draw: Draw) -> str | None:
    if not problem.family.discrete:
        return f"{problem.family.label} is continuous: MuProp is for samples that no path leads through."
    if problem.cost.depends_on_parameters:
        return f"The cost {problem.cost.label} is defined on the atoms only, not at their mean."
    return score.why_not(problem, draw)


def _estimate(
    problem: Problem,
    hyperparameters: Mapping[str, Any],
    state: State,
    parameters: Parameters,
    seed: tf.Tensor,
    draw: Draw,
) -> tuple[Estimate, State]:
    tangent = _tangent(problem, parameters)
    scored = score.evaluate(problem, parameters, seed, draw)
    rest = score.weighted(scored, tangent.beyond(scored.x, scored.f))
    terms = {name: term + tangent.slope * tangent.motion[name] for name, term in rest.terms.items()}
    return Estimate(terms, rest.points), state


def _exact_variance(nodes: Nodes, samples: int) -> tf.Tensor:
    per_theta = _tangent(nodes.problem, nodes.problem.unpack(nodes.theta[:, tf.newaxis]))  # [B, 1], to meet x [B, N]
    return moments.score_function_variance(nodes._replace(f=per_theta.beyond(nodes.x, nodes.f))) / samples


ESTIMATOR = Estimator(
    key="muprop",
    label="MuProp",
    story="Follows the slope of f at the mean, and leaves to the score function only what the tangent misses.",
    latex=r"\left(f(x)-f(\mu)-f'(\mu)(x-\mu)\right)\nabla_\theta\log p(x;\theta)+f'(\mu)\,\nabla_\theta\mu",
    estimate=_estimate,
    why_not=_why_not,
    evaluations=lambda problem, hyperparameters, samples: samples + 1,
    shift_invariant=True,
    exact_variance=_exact_variance,
    order=16,
)
