"""The score function with a Taylor series of f as its control variate (the delta method).

h(x) = f′(μ)(x − μ) + ½ f″(μ)(x − μ)², f(μ) + h(x) the second-order series of f at the mean μ of p. Its own gradient is
known, ∇E[h] = E[h s] = f′(μ) ∇μ + ½ f″(μ) ∇Var[x] (μ where f is expanded held fixed), and so

    (f − f(μ) − β h) s + β ∇E[h]      (+ ∂_θ f if f depends on θ)

has the mean of f s for any β. The best β is Cov[(f − f(μ)) s, h s]/Var[h s] for each element of θ; it is taken from
running moments over *earlier* steps, and is 1 at the first.

Requires: a mean and a variance in closed form, and an f that does not jump; otherwise as the plain score function.
Unbiased: yes: β knows nothing of x. For a quadratic f nothing is left to chance, f − f(μ) − h is 0.
Cost: K + 1 evaluations of f, one of them with two derivatives.
Watch for: a density wider than the bend of f, where a parabola at the mean says nothing of f (cos kx with large k): β
goes to 0 then, and only the baseline f(μ) is left.

References:
  Mohamed, Rosca, Figurnov & Mnih (2020), Monte Carlo gradient estimation in machine learning, §7.4.3.
  Paisley, Blei & Jordan (2012), Variational Bayesian inference with stochastic search.
"""

from collections.abc import Mapping
from typing import Any

import tensorflow as tf

from playground.estimator import Draw, Estimate, Estimator, Learned, State
from playground.estimators import score, taylor
from playground.parameter import Parameters
from playground.problem import Problem

NEGLIGIBLE = 1e-6  # Share of E[(h s)²] below which its variance is rounding, and β stays 1.


def _init(problem: Problem, hyperparameters: Mapping[str, Any]) -> State:
    dtype = hyperparameters["baseline_decay"].dtype
    return {"weight": tf.zeros([], dtype), "sums": tf.zeros([4, sum(problem.sizes)], dtype)}


def _coefficient(state: State) -> tf.Tensor:
    """β [P] from the running means of a, c, a c and c², a = (f − f(μ)) s and c = h s."""
    a, c, product, square = tf.unstack(tf.math.divide_no_nan(state["sums"], state["weight"]), num=4)
    variance = square - c**2
    known = variance > NEGLIGIBLE * square
    return tf.where(known, (product - a * c) / tf.where(known, variance, tf.ones_like(c)), tf.ones_like(c))


def _estimate(
    problem: Problem,
    hyperparameters: Mapping[str, Any],
    state: State,
    parameters: Parameters,
    seed: tf.Tensor,
    draw: Draw,
) -> tuple[Estimate, State]:
    scored = score.evaluate(problem, parameters, seed, draw)
    series = taylor.at_the_mean(problem, parameters)
    expected, coefficient = series.gradient, problem.unpack(_coefficient(state))
    plain = {name: score.weigh(scored.f - series.value, own) for name, own in scored.score.items()}
    control = {name: score.weigh(series.rest(scored.x), own) for name, own in scored.score.items()}
    terms = {name: plain[name] - coefficient[name] * (control[name] - expected[name]) for name in plain}
    if scored.slope is not None:
        terms = {name: term + scored.slope[name] for name, term in terms.items()}
    # Only replicate 0 has a past of its own: its samples make the β of the next step.
    a, c = (problem.pack({name: term[0] for name, term in every.items()}) for every in (plain, control))
    decay = hyperparameters["baseline_decay"]
    seen = tf.reduce_mean(tf.stack([a, c, a * c, c**2]), axis=1)
    new_state = {
        "weight": decay * state["weight"] + (1.0 - decay),
        "sums": decay * state["sums"] + (1.0 - decay) * seen,
    }
    return Estimate(terms, scored.x[..., tf.newaxis]), new_state


def _numbers(problem: Problem, state: State, parameters: Parameters) -> dict[str, tf.Tensor]:
    coefficient = tf.unstack(_coefficient(state), num=len(problem.names))
    return {f"coefficient of {name}": value for name, value in zip(problem.names, coefficient, strict=True)}


def _curve(problem: Problem, state: State, parameters: Parameters, x: tf.Tensor) -> tf.Tensor:
    series = taylor.at_the_mean(problem, parameters)
    return series.value + series.rest(x)


ESTIMATOR = Estimator(
    key="score_function_delta",
    label="score function, Taylor control variate",
    story="Takes a parabola out of f, whose gradient is known exactly, and leaves the rest to the samples.",
    latex=r"(f-f(\mu)-\beta h)\,\nabla_\theta \log p+\beta\,\nabla_\theta E[h],"
    r"\quad h=f'(\mu)(x-\mu)+\tfrac12 f''(\mu)(x-\mu)^2",
    estimate=_estimate,
    init=_init,
    why_not=taylor.why_not,
    unbiased=score.unbiased,
    evaluations=lambda problem, hyperparameters, samples: samples + 1,
    hyperparameters=(score.BASELINE_DECAY,),
    shift_invariant=True,
    learned=Learned(_numbers, _curve),
    order=5,
)
