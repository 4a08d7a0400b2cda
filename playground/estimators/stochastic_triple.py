"""Stochastic triples: one sample, where it would jump if θ were a little larger, and how likely that is.

Σ rate · (f(target) − f(x)) over the jumps of x. A discrete sample drawn from fixed noise seldom moves with θ; when it
does, it jumps. The derivative of E[f] is the rate of the jumps times what each changes (the triple is: value, slope,
jump). A cost that depends on θ adds ∂_θ f.

Requires: a discrete family with known jumps; any f. Unbiased: yes. Cost: K evaluations of f, and K more for each jump
(one for a family with one logit or rate, two for Categorical: up and down).
Watch for: the coupling decides the variance. These jumps go to the nearest atom, so that what is compared is close by.

References:
  Arya, Schauer, Schäfer & Rackauckas (2022), Automatic differentiation of programs with discrete randomness.
"""

from collections.abc import Mapping
from typing import Any

import tensorflow as tf

from playground import moments
from playground.estimator import Draw, Estimate, Estimator, State
from playground.estimators import sampling, score
from playground.nodes import Nodes, copies
from playground.parameter import Parameters
from playground.problem import Jump, Problem


def _why_not(problem: Problem, draw: Draw) -> str | None:
    if problem.family.jumps is None:
        kind = "No jumps of its samples are known here." if problem.family.discrete else "Its samples move, not jump."
        return f"{problem.family.label} has no stochastic triple. {kind}"
    return sampling.why_not(problem, draw)


def _jumps(problem: Problem, parameters: Parameters, x: tf.Tensor) -> list[Jump]:
    assert problem.family.jumps is not None
    return list(problem.family.jumps(parameters, x))


def _terms(problem: Problem, parameters: Parameters, jumps: list[Jump], f: tf.Tensor) -> dict[str, tf.Tensor]:
    """Σ rate · (f(target) − f) by parameter name, given f at the samples [R, K]."""
    rises = [problem.f(jump.target, parameters) - f for jump in jumps]
    return {
        name: tf.add_n([score.weigh(rise, jump.rate[name]) for rise, jump in zip(rises, jumps, strict=True)])
        for name in parameters
    }


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
        f = problem.f(x, copies)
    jumps = _jumps(problem, copies, x)
    terms = _terms(problem, copies, jumps, f)
    if problem.cost.depends_on_parameters:
        slope = tape.gradient(f, copies)
        terms = {name: term + slope[name] for name, term in terms.items()}
    return Estimate(terms, _points(x, jumps)), state


def _points(x: tf.Tensor, jumps: list[Jump]) -> tf.Tensor:
    """For each element of θ in turn, x and where it most likely jumps to: [R, K, 2P]."""
    pairs = []
    for name in jumps[0].rate:
        # One more axis for a scalar parameter, so that the last one counts its elements.
        rates = [tf.reshape(jump.rate[name], [*x.shape, -1]) for jump in jumps]
        target, best = tf.broadcast_to(jumps[0].target[..., tf.newaxis], rates[0].shape), rates[0]
        for rate, jump in zip(rates[1:], jumps[1:], strict=True):
            target = tf.where(rate > best, jump.target[..., tf.newaxis], target)
            best = tf.maximum(rate, best)
        pairs.append(tf.stack([tf.broadcast_to(x[..., tf.newaxis], target.shape), target], axis=-1))
    return tf.concat([tf.reshape(pair, [*x.shape, -1]) for pair in pairs], axis=-1)


def _evaluations(problem: Problem, hyperparameters: Mapping[str, Any], samples: int) -> int:
    theta = problem.unpack(tf.zeros([sum(problem.sizes)]))
    return samples * (1 + len(_jumps(problem, theta, tf.zeros([]))))


def _exact_variance(nodes: Nodes, samples: int) -> tf.Tensor:
    problem, x = nodes.problem, nodes.x
    own = copies(problem, nodes.theta, tf.shape(x)[1])
    terms = problem.by_element(_terms(problem, own, _jumps(problem, own, x), nodes.f))
    return moments.variance(nodes, nodes.with_slope(terms)) / samples


ESTIMATOR = Estimator(
    key="stochastic_triple",
    label="stochastic triple",
    story="Asks of each sample where it would jump if θ grew, and compares f there with f here.",
    latex=r"\textstyle\sum w_\theta(x)\,\bigl(f(x_{\mathrm{jump}})-f(x)\bigr)",
    estimate=_estimate,
    why_not=_why_not,
    evaluations=_evaluations,
    shift_invariant=True,
    exact_variance=_exact_variance,
    order=17,
)
