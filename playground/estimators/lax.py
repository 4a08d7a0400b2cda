"""LAX: the score function with a small network as its control variate, whose own gradient takes the path.

(f(x) − c(x)) ∇_θ log p(x; θ) + c′(x) ∂x/∂θ (+ ∂_θ f): what c adds by its score it takes away along the path, since
E[c ∇ log p] = ∇E[c] = E[c′ ∂x/∂θ]. With c = f it is the pathwise estimator, with a constant c the score function with a
baseline; in between it can have less noise than both, also for an f that has no slope. It is RELAX for a path instead
of classes. c = m + d·h((x − a)/b): m and d the running
mean and spread of earlier costs, h ten tanh units, a and b where the mass is (on a circle, h of cos x and sin x).

Requires: a sampler with a right path, a support that does not move; of f nothing, not even continuity.
Unbiased: yes, whatever c is; its weights are trained by Adam on the gradient of the squares of earlier steps' terms.
Cost: K evaluations of f.
Watch for: c begins as a running-mean baseline, and its lead takes hundreds of steps to grow; a θ that moves fast leaves
it behind. A jump, where no path helps, is where it shines.

References:
  Grathwohl, Choi, Wu, Roeder & Duvenaud (2018), Backpropagation through the void: optimizing control variates for
  black-box gradient estimation, §3.1.
"""

from collections.abc import Mapping
from typing import Any

import tensorflow as tf

from playground import adaptation, network, running
from playground.estimator import Draw, Estimate, Estimator, Learned, State
from playground.estimators import sampling, score
from playground.parameter import Parameters
from playground.problem import Problem

REACH = 2.0  # The network's input runs from −REACH to REACH over where the mass is.
DECAY = 0.95  # Of the running mean and spread of the costs.


def _why_not(problem: Problem, draw: Draw) -> str | None:
    label = problem.family.label
    if not problem.family.reparameterized:
        return f"{label} is not reparameterized in TFP: no path leads through its sample for a control variate to take."
    if problem.family.wrong_pathwise is not None:
        return f"The control variate takes the path through a sample of {label}, and the one that TFP returns is wrong."
    return sampling.why_not(problem, draw)


def _init(problem: Problem, hyperparameters: Mapping[str, Any]) -> State:
    dtype = hyperparameters["adaptation_rate"].dtype
    inputs = 1 if problem.family.period is None else 2
    return {**running.begin(dtype), **adaptation.begin(network.first_weights(inputs, dtype))}


def _inputs(problem: Problem, parameters: Parameters, x: tf.Tensor) -> tf.Tensor:
    """What the network sees of x [...]: [..., 1], or [..., 2] on a circle. θ's share in it is held fixed."""
    family = problem.family
    if family.period is not None:
        return tf.stack([tf.cos(x), tf.sin(x)], axis=-1)
    assert family.centers is not None
    ends = family.view(parameters) if family.view else family.centers(parameters)
    # One center alone is that of a bounded support.
    low, high = (ends[0], ends[-1]) if len(ends) > 1 else family.support(parameters)
    middle, half = (tf.stop_gradient(value) for value in (0.5 * (high + low), 0.5 * (high - low)))
    return (REACH * (x - middle) / half)[..., tf.newaxis]


def _control(problem: Problem, state: State, weights: tf.Tensor, parameters: Parameters, x: tf.Tensor) -> tf.Tensor:
    past = running.past(state)
    return past.mean + past.spread * network.apply(weights, _inputs(problem, parameters, x))


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
    motion = tape.gradient(x, copies, unconnected_gradients=tf.UnconnectedGradients.ZERO)
    scored = score.at(problem, copies, x)
    plain = score.weighted(scored, scored.f).terms

    def terms(weights: tf.Tensor, rows: int) -> dict[str, tf.Tensor]:
        """Of the first `rows` replicates."""
        at = scored.x[:rows]
        with tf.GradientTape() as own:
            own.watch(at)
            control = _control(problem, state, weights, parameters, at)
        slope = own.gradient(control, at)
        return {
            name: plain[name][:rows]
            - score.weigh(control, scored.score[name][:rows])
            + score.weigh(slope, motion[name][:rows])
            for name in plain
        }

    # Only replicate 0 has a past of its own: its terms train the network of the next step.
    with tf.GradientTape() as training:
        training.watch(state["learned"])
        square = tf.add_n([tf.reduce_sum(term**2) for term in terms(state["learned"], 1).values()]) / draw.samples
    gradient = training.gradient(square, state["learned"])
    new_state = {
        **adaptation.improve(state, gradient, hyperparameters["adaptation_rate"]),
        **running.remember(state, scored.f[0], DECAY),
    }
    return Estimate(terms(state["learned"], draw.replicates), scored.x[..., tf.newaxis]), new_state


def _numbers(problem: Problem, state: State, parameters: Parameters) -> dict[str, tf.Tensor]:
    past = running.past(state)
    return {"mean of earlier costs": past.mean, "spread of earlier costs": past.spread}


def _curve(problem: Problem, state: State, parameters: Parameters, x: tf.Tensor) -> tf.Tensor:
    return _control(problem, state, state["learned"], parameters, x)


ESTIMATOR = Estimator(
    key="lax",
    label="LAX",
    story="Learns a smooth stand-in for f, whose gradient takes the path, and scores only what it misses.",
    latex=r"(f(x)-c(x))\,\nabla_\theta \log p(x;\theta)+c'(x)\,\frac{\partial x}{\partial\theta},"
    r"\quad c\ \mathrm{learned}",
    estimate=_estimate,
    init=_init,
    why_not=_why_not,
    unbiased=score.unbiased,
    evaluations=lambda problem, hyperparameters, samples: samples,
    hyperparameters=(adaptation.RATE,),
    learned=Learned(_numbers, _curve),
    order=5,
)
