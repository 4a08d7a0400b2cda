"""The score function with a learned network as its baseline, as in NVIL.

(f(x) − b(θ)) ∇_θ log p(x; θ) with b = c + √v · h(θ): c and v the running mean and variance of earlier costs, and h ten
tanh units that learn what the costs at this θ are beyond them. Where a running mean lags behind a moving θ, h knows by
how much. NVIL also divides by √v; that changes the gradient's length, and so is left to the optimiser.

Requires: as the plain score function. Unbiased: b is known before x is drawn and E[∇_θ log p] = 0; Adam trains it on
the squared distance to the costs of earlier steps. Cost: K evaluations of f.
Watch for: a better guess at the mean cost need not lower the variance, since the best constant is not the mean cost but
E[f s²]/E[s²]. NVIL's network sees an observation beside θ, and has more to tell.

References:
  Mnih & Gregor (2014), Neural variational inference and learning in belief networks, §2.3.
"""

from collections.abc import Mapping
from typing import Any

import tensorflow as tf

from playground import adaptation, network, running
from playground.estimator import Draw, Estimate, Estimator, Learned, State
from playground.estimators import score
from playground.parameter import Parameters
from playground.problem import Problem


def _init(problem: Problem, hyperparameters: Mapping[str, Any]) -> State:
    dtype = hyperparameters["adaptation_rate"].dtype
    return {**running.begin(dtype), **adaptation.begin(network.first_weights(sum(problem.sizes), dtype))}


def _inputs(problem: Problem, parameters: Parameters) -> tf.Tensor:
    """θ [P], from −1 to 1 over the ranges of the menus."""
    own = problem.family.parameters
    middle = {p.name: (v - 0.5 * (p.maximum + p.minimum)) for p, v in ((p, parameters[p.name]) for p in own)}
    return problem.pack({p.name: middle[p.name] / (0.5 * (p.maximum - p.minimum)) for p in own})


def _baseline(problem: Problem, state: State, parameters: Parameters) -> tf.Tensor:
    past = running.past(state)
    return past.mean + past.spread * network.apply(state["learned"], _inputs(problem, parameters))


def _estimate(
    problem: Problem,
    hyperparameters: Mapping[str, Any],
    state: State,
    parameters: Parameters,
    seed: tf.Tensor,
    draw: Draw,
) -> tuple[Estimate, State]:
    scored = score.evaluate(problem, parameters, seed, draw)
    past, own = running.past(state), scored.f[0]  # Only replicate 0 has a past of its own.
    with tf.GradientTape() as tape:
        tape.watch(state["learned"])
        guess = network.apply(state["learned"], _inputs(problem, parameters))
        miss = tf.reduce_mean((tf.math.divide_no_nan(own - past.mean, past.spread) - guess) ** 2)
    gradient, decay = tape.gradient(miss, state["learned"]), hyperparameters["baseline_decay"]
    new_state = {
        **adaptation.improve(state, gradient, hyperparameters["adaptation_rate"]),
        **running.remember(state, own, decay),
    }
    return score.weighted(scored, scored.f - (past.mean + past.spread * guess)), new_state


def _numbers(problem: Problem, state: State, parameters: Parameters) -> dict[str, tf.Tensor]:
    return {"baseline": _baseline(problem, state, parameters)}


def _curve(problem: Problem, state: State, parameters: Parameters, x: tf.Tensor) -> tf.Tensor:
    return tf.fill(tf.shape(x), _baseline(problem, state, parameters))


ESTIMATOR = Estimator(
    key="score_function_learned_baseline",
    label="score function, learned baseline",
    story="A small network learns what costs to expect at each θ, and only better-or-worse than that counts.",
    latex=r"(f(x)-b_\psi(\theta))\,\nabla_\theta \log p(x;\theta)",
    estimate=_estimate,
    init=_init,
    why_not=score.why_not,
    unbiased=score.unbiased,
    evaluations=lambda problem, hyperparameters, samples: samples,
    hyperparameters=(score.BASELINE_DECAY, adaptation.RATE),
    learned=Learned(_numbers, _curve),
    vectors=True,
    order=19,
)
