"""The score function with a leave-one-out baseline (RLOO).

1/(K−1) Σ_k (f_k − f̄) s_k: each sample's baseline is the mean cost of the *others*. Under antithetic sampling a sample's
twin depends on it, so the baseline leaves out the pair and is the mean of the other K − 2. Sobol points all depend on
each other, and leave nothing to compare with.

Requires: K ≥ 2 (antithetic: K ≥ 4); otherwise as the plain score function.
Unbiased: the others are independent of sample k. Shift-invariant: a constant added to f cancels sample by sample.
Cost: K evaluations of f.
Watch for: dividing by K instead of K − 1 shrinks the gradient by (K−1)/K, too little to see in a plot.

References:
  Kool, van Hoof & Welling (2019), Buy 4 REINFORCE samples, get a baseline for free!
"""

from collections.abc import Mapping
from typing import Any

import tensorflow as tf

from playground import moments
from playground.estimator import Draw, Estimate, Estimator, State
from playground.estimators import sampling, score
from playground.nodes import Nodes
from playground.parameter import Parameters
from playground.problem import Problem


def _why_not(problem: Problem, draw: Draw) -> str | None:
    needed = 4 if draw.sampling == "antithetic" else 2
    if draw.samples < needed:
        return f"A leave-one-out baseline needs K ≥ {needed} with {draw.sampling} sampling, got K = {draw.samples}."
    return sampling.why_not_independent(problem, draw)


def _estimate(
    problem: Problem,
    hyperparameters: Mapping[str, Any],
    state: State,
    parameters: Parameters,
    seed: tf.Tensor,
    draw: Draw,
) -> tuple[Estimate, State]:
    scored = score.evaluate(problem, parameters, seed, draw)
    own, others = scored.f, draw.samples - 1
    if draw.sampling == "antithetic":
        own, others = own + tf.roll(own, draw.samples // 2, axis=1), draw.samples - 2
    baseline = (tf.reduce_sum(scored.f, axis=1, keepdims=True) - own) / others
    return score.weighted(scored, scored.f - baseline), state


def _exact_variance(nodes: Nodes, samples: int) -> tf.Tensor | None:
    return None if nodes.problem.cost.depends_on_parameters else moments.leave_one_out_variance(nodes, samples)


ESTIMATOR = Estimator(
    key="score_function_loo",
    label="score function, leave-one-out",
    story="Each sample is judged against the mean cost of the other K − 1: a baseline for free.",
    latex=r"\left(f(x_k)-\tfrac{1}{K-1}\sum_{j\neq k} f(x_j)\right)\nabla_\theta \log p(x_k;\theta)",
    estimate=_estimate,
    why_not=_why_not,
    unbiased=score.unbiased,
    evaluations=lambda problem, hyperparameters, samples: samples,
    shift_invariant=True,
    exact_variance=_exact_variance,
    vectors=True,
    order=4,
)
