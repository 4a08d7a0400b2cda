"""The score-function estimator without a baseline: REINFORCE, the likelihood-ratio method.

∇_θ E[f] = ∫ f ∇_θ p = E[f(x) ∇_θ log p(x; θ)]; a cost that depends on θ adds E[∇_θ f].

Requires: a density differentiable in θ whose support does not move; any f, not even continuous.
Unbiased: yes, where the support stays put. Cost: K evaluations of f.
Watch for: the variance grows with the *level* of f, not only with its shape: adding a constant to f changes nothing
about the goal and can ruin the estimate.

References:
  Williams (1992), Simple statistical gradient-following algorithms for connectionist reinforcement learning.
  Mohamed et al. (2020), Monte Carlo gradient estimation in machine learning, §4.
"""

from collections.abc import Mapping
from typing import Any

import tensorflow as tf

from playground import moments
from playground.estimator import Draw, Estimate, Estimator, State
from playground.estimators import score
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
    scored = score.evaluate(problem, parameters, seed, draw)
    return score.weighted(scored, scored.f), state


ESTIMATOR = Estimator(
    key="score_function",
    label="score function",
    story="Weighs each sample's score with its cost. Needs nothing of f, and pays for it in variance.",
    latex=r"f(x)\,\nabla_\theta \log p(x;\theta)",
    estimate=_estimate,
    why_not=score.why_not,
    unbiased=score.unbiased,
    evaluations=lambda problem, hyperparameters, samples: samples,
    exact_variance=lambda nodes, samples: moments.score_function_variance(nodes) / samples,
    vectors=True,
    order=2,
)
