"""The measure-valued (weak derivative) estimator: the derivative of p as a difference of two distributions.

∂_θ p = c (p₊ − p₋), so ∂_θ E[f] = c (E₊[f] − E₋[f]): one coupled pair a parameter and a sample; a cost that depends on
θ adds ∂_θ f at a draw from p itself.

Requires: a known decomposition for every parameter (each family's `weak_derivatives`); any f.
Unbiased: yes, also where the support moves. Cost: 2KP evaluations of f, and K more if f depends on θ.
Watch for: the cost grows with the number of parameters; coupling x₊ and x₋ is what keeps the variance low.

References:
  Pflug (1989), Sampling derivatives of probabilities. Mohamed et al. (2020), §6.
"""

from collections.abc import Mapping
from typing import Any

import tensorflow as tf

from playground import noise
from playground.estimator import Draw, Estimate, Estimator, State
from playground.estimators import score
from playground.parameter import Parameters
from playground.problem import Problem


def _why_not(problem: Problem, draw: Draw) -> str | None:
    missing = [p.name for p in problem.family.parameters if p.name not in problem.family.weak_derivatives]
    if missing:
        return f"No weak derivative of {problem.family.label} with respect to `{missing[0]}` is known here."
    if draw.sampling != "independent":
        return f"Measure-valued pairs are coupled already: they are drawn independently, not {draw.how}."
    return None


def _estimate(
    problem: Problem,
    hyperparameters: Mapping[str, Any],
    state: State,
    parameters: Parameters,
    seed: tf.Tensor,
    draw: Draw,
) -> tuple[Estimate, State]:
    copies = problem.broadcast(parameters, draw.shape)
    names = [p.name for p in problem.family.parameters]
    *seeds, slope_seed = noise.split(seed, len(names) + 1)
    terms, points = {}, []
    for name, parameter_seed in zip(names, seeds, strict=True):
        weak = problem.family.weak_derivatives[name](copies, parameter_seed)
        rise = problem.f(weak.positive, copies) - problem.f(weak.negative, copies)
        terms[name] = tf.broadcast_to(weak.constant * rise, draw.shape)
        points += [tf.broadcast_to(weak.positive, draw.shape), tf.broadcast_to(weak.negative, draw.shape)]
    if problem.cost.depends_on_parameters:
        slope = score.evaluate(problem, parameters, slope_seed, Draw(draw.samples, draw.replicates)).slope
        assert slope is not None
        terms = {name: term + slope[name] for name, term in terms.items()}
    return Estimate(terms, tf.stack(points, axis=-1)), state


def _evaluations(problem: Problem, hyperparameters: Mapping[str, Any], samples: int) -> int:
    return samples * (2 * len(problem.family.parameters) + problem.cost.depends_on_parameters)


ESTIMATOR = Estimator(
    key="measure_valued",
    label="measure-valued",
    story="Compares f at two coupled samples, one from where p grows and one from where it shrinks.",
    latex=r"c_\theta\,\bigl(f(x_+)-f(x_-)\bigr)",
    estimate=_estimate,
    why_not=_why_not,
    evaluations=_evaluations,
    shift_invariant=True,
    order=6,
)
