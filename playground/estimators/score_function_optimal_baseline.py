"""The score function with the constant baseline of least variance, one for each parameter.

b* = E[f s²]/E[s²] (with a cost that depends on θ, E[(f s + ∂f) s]/E[s²]), estimated on independent pilot samples that
all replicates share: given the pilot, the replicates are independent and unbiased.

Requires: as the plain score function. Unbiased: the pilot knows nothing of x. Cost: K + pilot evaluations of f.
Watch for: it is the best *constant*; leave-one-out can still win at equal cost, because the pilot is not free.

References:
  Greensmith, Bartlett & Baxter (2004), Variance reduction techniques for gradient estimates in reinforcement learning.
"""

from collections.abc import Mapping
from typing import Any

import tensorflow as tf

from playground import moments, noise
from playground.estimator import Draw, Estimate, Estimator, Hyperparameter, State
from playground.estimators import score
from playground.parameter import Parameter, Parameters
from playground.problem import Problem


def _estimate(
    problem: Problem,
    hyperparameters: Mapping[str, Any],
    state: State,
    parameters: Parameters,
    seed: tf.Tensor,
    draw: Draw,
) -> tuple[Estimate, State]:
    own, pilot_seed = noise.split(seed, 2)
    pilot = score.evaluate(problem, parameters, pilot_seed, Draw(int(hyperparameters["pilot_samples"]), 1))
    scored = score.evaluate(problem, parameters, own, draw)
    weights = {}
    for name, pilot_score in pilot.score.items():
        product = score.weigh(pilot.f, pilot_score)
        if pilot.slope is not None:
            product += pilot.slope[name]
        baseline = tf.math.divide_no_nan(
            tf.reduce_sum(product * pilot_score, axis=1, keepdims=True),
            tf.reduce_sum(pilot_score**2, axis=1, keepdims=True),
        )
        f = scored.f if scored.score[name].shape.rank == 2 else scored.f[..., tf.newaxis]
        weights[name] = f - baseline
    return score.weighted(scored, weights), state


ESTIMATOR = Estimator(
    key="score_function_optimal_baseline",
    label="score function, optimal baseline",
    story="Subtracts the best constant there is for each parameter, found on extra pilot samples.",
    latex=r"\left(f(x)-\tfrac{E[f s^2]}{E[s^2]}\right) s,\quad s=\nabla_\theta \log p(x;\theta)",
    estimate=_estimate,
    why_not=score.why_not,
    unbiased=score.unbiased,
    evaluations=lambda problem, hyperparameters, samples: samples + int(hyperparameters["pilot_samples"]),
    hyperparameters=(Hyperparameter(Parameter("pilot_samples", 1000, 2, 10000, r"M"), hot=False),),
    shift_invariant=True,
    exact_variance=lambda nodes, samples: moments.optimal_baseline_variance(nodes) / samples,
    vectors=True,
    order=5,
)
