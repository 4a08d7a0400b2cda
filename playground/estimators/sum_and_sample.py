"""Sum and sample: the score function, Rao-Blackwellised. The likeliest atoms are summed, only the rest is sampled.

Σ_{x ∈ C} ∇(p(x) f(x)) + (1 − p(C)) f(v) ∇ log p(v), C the likeliest atoms and v drawn from p given that it is not in C:
E[f ∇ log p] split into its exact part and the mean of what is left.

Requires: a finite support of three atoms or more (one atom is left out of the sum; with two nothing would be sampled).
Unbiased: yes, for any C. Cost: K evaluations of f, and one for each summed atom.
Watch for: it pays where few atoms hold most of the mass; adding a constant to f moves it still.

References:
  Liu, Regier, Tripuraneni, Jordan & McAuliffe (2019), Rao-Blackwellized stochastic gradients for discrete
  distributions.
"""

from collections.abc import Mapping
from typing import Any

import tensorflow as tf

from playground.estimator import Draw, Estimate, Estimator, Hyperparameter, State
from playground.estimators import sampling
from playground.parameter import Parameter, Parameters
from playground.problem import Problem


def _why_not(problem: Problem, draw: Draw) -> str | None:
    family = problem.family
    if not family.finite:
        return f"The support of {family.label} is not finite: what is not in the sum could not be sampled from a list."
    if _count(problem) < 3:
        return f"{family.label} has two atoms: with one of them summed, the other is all that is left to sample."
    return sampling.why_not(problem, draw)


def _atoms(problem: Problem, dtype: tf.DType = tf.float32) -> tf.Tensor:
    """The support [N]."""
    assert problem.family.atoms is not None
    return tf.constant(problem.family.atoms(problem.unpack(tf.zeros([sum(problem.sizes)]))), dtype)


def _count(problem: Problem) -> int:
    return int(_atoms(problem).shape[0])


def _summed(problem: Problem, hyperparameters: Mapping[str, Any]) -> int:
    """How many atoms are summed: never all."""
    return min(int(hyperparameters["summed_atoms"]), _count(problem) - 1)


def _estimate(
    problem: Problem,
    hyperparameters: Mapping[str, Any],
    state: State,
    parameters: Parameters,
    seed: tf.Tensor,
    draw: Draw,
) -> tuple[Estimate, State]:
    atoms = _atoms(problem, next(iter(parameters.values())).dtype)
    probs = problem.distribution(parameters).prob(atoms)
    order = tf.argsort(probs, direction="DESCENDING")
    count = _summed(problem, hyperparameters)
    likely, rest = tf.gather(atoms, order[:count]), tf.gather(atoms, order[count:])
    with tf.GradientTape() as tape:
        tape.watch(parameters)
        exact_part = tf.reduce_sum(problem.distribution(parameters).prob(likely) * problem.f(likely, parameters))
    summed = tape.gradient(exact_part, parameters)

    cumulative = tf.cumsum(tf.gather(probs, order[count:]))
    u = sampling.uniform(seed, draw, 1, atoms.dtype)
    v = tf.gather(rest, tf.reduce_sum(tf.cast(u * cumulative[-1] >= cumulative[:-1], tf.int32), axis=-1))
    copies = problem.broadcast(parameters, draw.shape)
    with tf.GradientTape() as tape:
        tape.watch(copies)
        targets = [problem.distribution(copies).log_prob(v), problem.f(v, copies)]
    weight = tf.fill(draw.shape, cumulative[-1])
    sampled = tape.gradient(targets, copies, output_gradients=[weight * targets[1], weight])
    terms = {name: term + summed[name] for name, term in sampled.items()}
    return Estimate(terms, v[..., tf.newaxis]), state


ESTIMATOR = Estimator(
    key="sum_and_sample",
    label="sum and sample",
    story="Adds up the likeliest atoms exactly and samples only the rest: no noise from what is known anyway.",
    latex=r"\sum_{x\in C}\nabla(p f)(x)+(1-p(C))\,f(v)\,\nabla\log p(v),\ v\notin C",
    estimate=_estimate,
    why_not=_why_not,
    evaluations=lambda problem, hyperparameters, samples: samples + _summed(problem, hyperparameters),
    hyperparameters=(Hyperparameter(Parameter("summed_atoms", 1, 1, 20, r"|C|"), hot=False),),
    order=18,
)
