"""The pathwise estimator: the gradient flows through the sample itself, along the path θ → x → f.

∇_θ f(x(ε, θ)), through TFP's own sampler: explicitly where x is a formula in θ and noise (Normal: loc + scale·ε),
implicitly where the sampler rejects or inverts (Gamma, Beta, VonMises, mixtures): ∂x/∂θ = −∂_θF(x; θ)/p(x; θ).

Requires: a sampler that TFP declares fully reparameterized, and an f continuous in x and differentiable almost
everywhere; on a circle, an f that agrees where the circle closes; under a Cauchy, an f that levels off.
Unbiased: yes, where TFP's declaration is true. For two families of ours it is not (`Family.wrong_pathwise`): the
estimator runs there, is labelled biased, and is shown to be. Cost: K evaluations of f, and of its slope.
Watch for: costs with steep slopes (cos kx with large k): there the score function can have less variance.

References:
  Kingma & Welling (2014), Auto-encoding variational Bayes.
  Figurnov, Mohamed & Mnih (2018), Implicit reparameterization gradients.
"""

from collections.abc import Mapping
from typing import Any

import tensorflow as tf

from playground import moments
from playground.estimator import Draw, Estimate, Estimator, State, points_of
from playground.estimators import sampling
from playground.expectation import why_path_undefined
from playground.nodes import Nodes
from playground.parameter import Parameters
from playground.problem import Problem


def _why_not(problem: Problem, draw: Draw) -> str | None:
    family, cost = problem.family, problem.cost
    if not family.reparameterized:
        return f"{family.label} is not reparameterized in TFP: no path leads through its sample."
    if not cost.differentiable:
        return f"The cost {cost.label} jumps: its slope is zero almost everywhere, so a path carries nothing."
    if family.period is not None and not _closes(problem, family.period):
        return (
            f"{family.label} lives on a circle and the cost {cost.label} jumps where the circle closes: "
            f"f(−π) ≠ f(π). A periodic cost such as cos(x) works."
        )
    return why_path_undefined(problem) or sampling.why_not(problem, draw)


def _closes(problem: Problem, period: float) -> bool:
    defaults = {p.name: tf.fill([2], tf.constant(p.default, tf.float64)) for p in problem.family.parameters}
    ends = problem.f(tf.constant([-period / 2.0, period / 2.0], tf.float64), defaults).numpy()
    return bool(abs(ends[0] - ends[1]) <= 1e-6 * (1.0 + abs(ends[0])))


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
        x = sampling.sample(problem, copies, seed, draw)
        f = problem.f(x, copies)
    terms = tape.gradient(f, copies, unconnected_gradients=tf.UnconnectedGradients.ZERO)
    return Estimate(terms, points_of(x)), state


def _exact_variance(nodes: Nodes, samples: int) -> tf.Tensor | None:
    return moments.pathwise_variance(nodes) / samples if nodes.problem.family.pathwise_by_cdf else None


ESTIMATOR = Estimator(
    key="pathwise",
    label="pathwise",
    story="Moves each sample with θ and follows the slope of f. Needs a smooth cost and a differentiable sampler.",
    latex=r"f'(x)\,\frac{\partial x}{\partial\theta}",
    estimate=_estimate,
    why_not=_why_not,
    unbiased=lambda problem: problem.family.wrong_pathwise is None,
    caution=lambda problem: problem.family.wrong_pathwise,
    evaluations=lambda problem, hyperparameters, samples: samples,
    shift_invariant=True,
    exact_variance=_exact_variance,
    vectors=True,
    order=1,
)
