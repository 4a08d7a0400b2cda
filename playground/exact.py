"""Reference values, without a sample: sums over atoms, or quadrature in float64; of vectors, coordinate by coordinate.

Everything is batched over θ [B, P], works in float64, and may be called inside a `tf.function`.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import tensorflow as tf

from playground import quadrature, vectors
from playground.expectation import why_undefined
from playground.nodes import MOST_ATOMS, Nodes, in_double, measure, nodes_of, points, total
from playground.problem import Problem

AGREEMENT = 1e-10  # Relative difference of two quadratures at which no more nodes are tried,
WORST_AGREEMENT = 3e-4  # and the largest one that is still given out as exact.
REFINEMENTS = (2, 4, 16, 64)  # Times the usual number of nodes: oscillating costs under wide densities need many.
EDGE = 1e-9  # Largest share of an integral that its outermost node may have.

nodes = nodes_of  # Read as `exact.nodes(problem, theta)`.


class Reference(NamedTuple):
    """The exact values at one θ.

    Attributes:
      gradient: [P], ∇_θ E[f].
      expected_cost: E[f].
      reason: None, or the sentence that says why the two numbers are not to be trusted.
    """

    gradient: np.ndarray
    expected_cost: float
    reason: str | None


def _end_value(problem: Problem, theta: tf.Tensor, mass: tf.Tensor, f: tf.Tensor) -> tf.Tensor:
    """f next to a finite upper end [B], 0 where it is not of use.

    A float next to 1 has only 1e-16 to say how near it is, and a density that rises there hides mass from every node.
    What is lost is 1 − Σ mass, at this value of f; and since E[score] = 0, subtracting f there is free.
    """
    family = problem.family
    upper = family.support(problem.unpack(theta))[1]
    last = f[:, -1]
    if family.discrete or family.moving_support or (isinstance(upper, float) and math.isinf(upper)):
        return tf.zeros_like(last)
    moderate = tf.abs(last) < 1e3 * tf.reduce_sum(tf.abs(f) * mass, axis=1)
    return tf.where(moderate, last, tf.zeros_like(last))


def _value(problem: Problem, theta: tf.Tensor, mass: tf.Tensor, f: tf.Tensor) -> tf.Tensor:
    end = _end_value(problem, theta, mass, f)
    return end + total(problem, mass, (f - end[:, tf.newaxis]) * mass)


def expected_cost(problem: Problem, theta: tf.Tensor, order: int = quadrature.ORDER) -> tf.Tensor:
    """E[f] for each θ [B, P] → [B]; several times cheaper than with the gradient."""
    problem, theta = in_double(problem), tf.cast(theta, tf.float64)
    if problem.family.vector:
        return vectors.expected_cost(problem, theta, lambda one, own: expected_cost(one, own, order))
    x, weight = points(problem, theta, order)
    parameters = problem.unpack(theta[:, tf.newaxis, :])
    mass, f = measure(problem.distribution(parameters).log_prob(x), problem.f(x, parameters), weight)
    return _value(problem, theta, mass, f)


def _boundary(at: Nodes) -> tf.Tensor:
    """Leibniz's terms f(b) p(b) ∂b − f(a) p(a) ∂a of a support [a, b] that moves with θ: [B, P]."""
    problem, theta = at.problem, at.theta
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(theta)
        parameters = problem.unpack(theta)
        lower, upper = problem.family.support(parameters)
    distribution, total = problem.distribution(parameters), tf.zeros_like(theta)
    assert problem.family.centers is not None
    centers = problem.family.centers(parameters)
    width = centers[-1] - centers[0] if len(centers) > 1 else upper - lower
    for end, inwards, sign in ((lower, 1.0, -1.0), (upper, -1.0, 1.0)):
        if isinstance(end, tf.Tensor):
            # The density is that just inside the end, where it does not yet jump to 0.
            inside = end + inwards * 1e-13 * width
            flux = sign * problem.f(end, parameters) * distribution.prob(inside)
            total += tape.gradient(end, theta, output_gradients=flux, unconnected_gradients="zero")
    return total


def value_and_gradient_at(at: Nodes) -> tuple[tf.Tensor, tf.Tensor]:
    """(E[f] [B], ∇_θ E[f] [B, P]) from nodes that are there already."""
    value = _value(at.problem, at.theta, at.mass, at.f)
    inner = tf.transpose(at.mean(at.with_slope((at.f - _centre(at, value)[:, tf.newaxis]) * at.score)))
    return value, inner + _boundary(at) if at.problem.family.moving_support else inner


def _centre(at: Nodes, value: tf.Tensor) -> tf.Tensor:
    """What to subtract from f [B]: its mean, so that a large level does not cancel badly, or its value at the end."""
    family = at.problem.family
    upper = family.support(at.problem.unpack(at.theta))[1]
    # Where the support moves, E[score] is not 0 and nothing may be subtracted.
    if not family.moving_support and (family.discrete or (isinstance(upper, float) and math.isinf(upper))):
        return value
    return _end_value(at.problem, at.theta, at.mass, at.f)


def value_and_gradient(
    problem: Problem, theta: tf.Tensor, order: int = quadrature.ORDER
) -> tuple[tf.Tensor, tf.Tensor]:
    """(E[f] [B], ∇_θ E[f] [B, P]) from one pass; the gradient is E[f ∂ log p + ∂f], plus `_boundary`'s terms."""
    if problem.family.vector:
        problem, theta = in_double(problem), tf.cast(theta, tf.float64)
        return vectors.value_and_gradient(problem, theta, lambda one, own: value_and_gradient(one, own, order))
    return value_and_gradient_at(nodes(problem, theta, order))


def gradient(problem: Problem, theta: tf.Tensor, order: int = quadrature.ORDER) -> tf.Tensor:
    """∇_θ E[f] for each θ [B, P] → [B, P]."""
    return value_and_gradient(problem, theta, order)[1]


def reference(problem: Problem, theta: Sequence[float]) -> Reference:
    """The exact values at one θ [P], computed twice with ever more nodes until two results agree.

    A result that cannot be trusted is returned with the reason: never raises for a cost that diverges. Where no
    θ has an expectation, the numbers are NaN.
    """
    undefined = why_undefined(problem)
    if undefined is not None:
        return Reference(np.full(len(theta), np.nan), math.nan, undefined)
    row = tf.constant([list(theta)], tf.float64)
    reasons: list[str | None] = []

    def of_one(own_problem: Problem, own: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        values, slopes, why = _refined(own_problem, own)
        reasons.extend(why)
        return values, slopes

    if problem.family.vector:
        value, slope = vectors.value_and_gradient(in_double(problem), row, of_one)
    else:
        value, slope = of_one(problem, row)
    if not reasons and not np.isfinite(value.numpy()[0]):
        reasons.append("The expected cost is not finite: its closed form is not.")
    reason = next((reason for reason in reasons if reason is not None), None)
    return Reference(slope.numpy()[0], float(value.numpy()[0]), reason)


def _refined(problem: Problem, theta: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor, list[str | None]]:
    """Values [B] and gradients [B, P], with ever more nodes until all agree; and why each is not to be trusted."""
    at, error = nodes(problem, theta), np.zeros(len(theta))
    # A sum over atoms is what it is; an integral is refined.
    for panels in () if problem.family.discrete else REFINEMENTS:
        before, at = at, nodes(problem, theta, panels * quadrature.ORDER)
        error = _disagreement(before, at)
        if not np.any(error > AGREEMENT):
            break
    values, slopes = value_and_gradient_at(at)
    rows = enumerate(zip(values.numpy(), slopes.numpy(), error, strict=True))
    return values, slopes, [_why_not_trusted(at, index, *row) for index, row in rows]


def _disagreement(first: Nodes, second: Nodes) -> np.ndarray:
    """The largest difference between two results [B], relative to the size of what was summed."""
    summed = tf.abs(second.f * second.score) + tf.abs(second.with_slope(tf.zeros_like(second.score)))
    scale = tf.transpose(second.mean(summed)) + 1e-12
    (value, slope), (better_value, better_slope) = value_and_gradient_at(first), value_and_gradient_at(second)
    slopes = tf.abs(slope - better_slope) / scale
    values = tf.abs(value - better_value) / (second.mean(tf.abs(second.f)) + 1e-12)
    return tf.maximum(tf.reduce_max(slopes, axis=1), values).numpy()


def _why_not_trusted(at: Nodes, row: int, value: float, slope: np.ndarray, error: float) -> str | None:
    mass, f, x = (array.numpy()[row] for array in (at.mass, at.f, at.x))
    alive = np.flatnonzero(mass)
    if not alive.size:
        return "The exact gradient is not known: the density is 0 wherever it was looked for."
    broken = alive[~np.isfinite(f[alive])]
    if broken.size:
        return f"The expected cost is not finite: the cost is {f[broken[0]]} at x = {x[broken[0]]:.4g}."
    size = np.abs(f) * mass * np.maximum(1.0, np.abs(at.score.numpy()[:, row]).max(axis=0))
    family = at.problem.family
    # Nothing is left beyond the last atom of a finite support, or beyond the first of any.
    edges = [] if family.finite else [alive[-1]] if family.discrete else [alive[0], alive[-1]]
    for edge in edges:
        if size[edge] > EDGE * size.sum():
            if family.discrete and len(x) >= MOST_ATOMS:
                return f"The exact gradient is not known: it takes more than {MOST_ATOMS} atoms."
            return f"The expected cost is not finite: cost times density has not decayed at x = {x[edge]:.4g}."
    if not (np.isfinite(value) and np.all(np.isfinite(slope))):
        return "The expected cost is not finite: the sum of cost times density overflows."
    if not abs(mass.sum() - 1.0) < 1e-6:
        return f"The exact gradient is not known: the quadrature finds a mass of {mass.sum():.8g} instead of 1."
    if error > WORST_AGREEMENT:
        return f"The exact gradient is not known: two quadratures of it differ by a fraction {error:.1g}."
    return None
