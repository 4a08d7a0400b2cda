"""Exact values under families over vectors: Σ_d f(x_d) needs the coordinates' own distributions, and no joint one.

E[Σ_d f(x_d)] = Σ_d E[f(x_d)], and each term is an integral over a line, whatever ties the coordinates together. Its
gradient is the one with respect to the coordinate's own parameters, carried to θ by the chain rule. A cost that depends
on θ is a matter of the whole vector; for it there is a closed form (`Cost.expected`).
"""

import dataclasses
from collections.abc import Callable

import tensorflow as tf

from playground.problem import Problem


def coordinates_of(problem: Problem, theta: tf.Tensor) -> tuple[Problem, tf.Tensor]:
    """The problem of one coordinate, which all have in common, and the parameters of each: θ [B, P] → [B, D, Q]."""
    assert problem.family.marginals is not None
    family, parameters = problem.family.marginals(problem.unpack(theta))
    one = dataclasses.replace(problem, family=family, sizes=(1,) * len(family.parameters))
    return one, one.pack(parameters)


def expected_cost(problem: Problem, theta: tf.Tensor, of_one: Callable[[Problem, tf.Tensor], tf.Tensor]) -> tf.Tensor:
    """E[f] for each θ [B, P] → [B].

    Args:
      problem: Of a family over vectors, with its numbers in float64.
      theta: float64.
      of_one: (the problem of one coordinate, its parameters [B·D, Q]) → its expected cost [B·D].
    """
    if problem.cost.depends_on_parameters:
        return _closed_form(problem, theta)
    one, own = coordinates_of(problem, theta)
    return _summed(of_one(one, _rows(own)), own)


def value_and_gradient(
    problem: Problem, theta: tf.Tensor, of_one: Callable[[Problem, tf.Tensor], tuple[tf.Tensor, tf.Tensor]]
) -> tuple[tf.Tensor, tf.Tensor]:
    """(E[f] [B], ∇_θ E[f] [B, P]); `of_one` as in `expected_cost`, with the gradient [B·D, Q] besides."""
    with tf.GradientTape() as tape:
        tape.watch(theta)
        if problem.cost.depends_on_parameters:
            closed = _closed_form(problem, theta)
        else:
            one, own = coordinates_of(problem, theta)
    if problem.cost.depends_on_parameters:
        return closed, tape.gradient(closed, theta)
    values, slopes = of_one(one, _rows(own))
    return _summed(values, own), tape.gradient(own, theta, output_gradients=tf.reshape(slopes, tf.shape(own)))


def _closed_form(problem: Problem, theta: tf.Tensor) -> tf.Tensor:
    assert problem.cost.expected is not None
    parameters = problem.unpack(theta)
    return problem.cost.expected(problem.distribution(parameters), problem.family, parameters)


def _rows(own: tf.Tensor) -> tf.Tensor:
    """[B, D, Q] → [B·D, Q]."""
    return tf.reshape(own, [-1, own.shape[-1]])


def _summed(values: tf.Tensor, own: tf.Tensor) -> tf.Tensor:
    """[B·D] → [B], over the coordinates of `own` [B, D, Q]."""
    return tf.reduce_sum(tf.reshape(values, tf.shape(own)[:2]), axis=1)
