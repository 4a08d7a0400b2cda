"""The score function with a running mean of earlier costs as its baseline.

(f(x) − b) ∇_θ log p(x; θ), b an exponentially weighted mean of the costs of *earlier* steps, corrected for its start at
zero as Adam corrects its moments.

Requires: as the plain score function. Unbiased: b is known before x is drawn and E[∇_θ log p] = 0, so it costs nothing
in bias. Cost: K evaluations of f.
Watch for: a baseline that used this step's own samples would bias the estimate quietly.

References:
  Williams (1992). Mnih & Gregor (2014), Neural variational inference and learning in belief networks, §2.3.
"""

from collections.abc import Mapping
from typing import Any

import tensorflow as tf

from playground.estimator import Draw, Estimate, Estimator, State
from playground.estimators import score
from playground.parameter import Parameters
from playground.problem import Problem


def _init(problem: Problem, hyperparameters: Mapping[str, Any]) -> State:
    return {"weighted_sum": tf.zeros([]), "weight": tf.zeros([])}


def _estimate(
    problem: Problem,
    hyperparameters: Mapping[str, Any],
    state: State,
    parameters: Parameters,
    seed: tf.Tensor,
    draw: Draw,
) -> tuple[Estimate, State]:
    scored = score.evaluate(problem, parameters, seed, draw)
    baseline = tf.math.divide_no_nan(state["weighted_sum"], state["weight"])
    decay = hyperparameters["baseline_decay"]
    # Only replicate 0 has a past of its own: its costs make the baseline of the next step.
    new_state = {
        "weighted_sum": decay * state["weighted_sum"] + (1.0 - decay) * tf.reduce_mean(scored.f[0]),
        "weight": decay * state["weight"] + (1.0 - decay),
    }
    return score.weighted(scored, scored.f - baseline), new_state


ESTIMATOR = Estimator(
    key="score_function_mean_baseline",
    label="score function, running-mean baseline",
    story="Subtracts the running mean of earlier costs, so that only better-or-worse than usual counts.",
    latex=r"(f(x)-\bar f_{\mathrm{earlier}})\,\nabla_\theta \log p(x;\theta)",
    estimate=_estimate,
    init=_init,
    why_not=score.why_not,
    unbiased=score.unbiased,
    evaluations=lambda problem, hyperparameters, samples: samples,
    hyperparameters=(score.BASELINE_DECAY,),
    vectors=True,
    order=3,
)
