"""Enumeration: the exact gradient as a sum over the support, Σ_x f(x) ∇_θ p(x; θ).

Requires: a finite support. Unbiased: exact, with variance 0. Cost: one evaluation of f for each point of the support,
whatever K is.
Watch for: with D such variables the support has its size to the power D points.
"""

from collections.abc import Mapping
from typing import Any

import tensorflow as tf

from playground.estimator import Draw, Estimate, Estimator, State
from playground.parameter import Parameters
from playground.problem import Problem


def _why_not(problem: Problem, draw: Draw) -> str | None:
    if not problem.family.finite:
        kind = "infinite" if problem.family.discrete else "a continuum"
        return f"The support of {problem.family.label} is {kind}: its points cannot be counted off."
    if draw.sampling != "independent":
        return f"Enumeration draws no samples, so there is nothing to draw {draw.how}."
    return None


def _atoms(problem: Problem, parameters: Parameters) -> tf.Tensor:
    assert problem.family.atoms is not None
    return tf.constant(problem.family.atoms(parameters), next(iter(parameters.values())).dtype)


def _estimate(
    problem: Problem,
    hyperparameters: Mapping[str, Any],
    state: State,
    parameters: Parameters,
    seed: tf.Tensor,
    draw: Draw,
) -> tuple[Estimate, State]:
    atoms = _atoms(problem, parameters)
    count = atoms.shape[0]
    copies = problem.broadcast(parameters, (draw.replicates, count))
    x = tf.broadcast_to(atoms, (draw.replicates, count))
    with tf.GradientTape() as tape:
        tape.watch(copies)
        # The mean over the terms is to be the sum over the support, hence the count.
        product = count * problem.distribution(copies).prob(x) * problem.f(x, copies)
    terms = tape.gradient(product, copies)
    return Estimate(terms, x[..., tf.newaxis]), state


def _evaluations(problem: Problem, hyperparameters: Mapping[str, Any], samples: int) -> int:
    sizes = zip(problem.family.parameters, problem.sizes, strict=True)
    return len(_atoms(problem, {p.name: tf.zeros([] if p.lengths is None else [size]) for p, size in sizes}))


ESTIMATOR = Estimator(
    key="enumeration",
    label="enumeration",
    story="Adds up the whole support instead of sampling it: exact, as long as the support is small.",
    latex=r"\sum_x f(x)\,\nabla_\theta p(x;\theta)",
    estimate=_estimate,
    why_not=_why_not,
    evaluations=_evaluations,
    shift_invariant=True,
    exact_variance=lambda nodes, samples: tf.zeros_like(nodes.theta),
    order=7,
)
