"""The measure as weighted points: atoms, or quadrature nodes in float64."""

import dataclasses
import math
from typing import NamedTuple

import numpy as np
import tensorflow as tf

from playground import quadrature
from playground.problem import Problem

MOST_ATOMS = 2**19
SMALLEST_LOG_MASS = -45.0  # exp(−45) = 3e-20: where an infinite support is cut.
UNDECAYED = 1e-6  # Share of a sum at its outermost point, from which on it has no limit, or none that is known.


class Nodes(NamedTuple):
    """The measure as N weighted points, for each of B values of θ.

    Attributes:
      x: [B, N].
      mass: [B, N], quadrature weight × p(x; θ), or the mass of an atom; sums to 1.
      f: [B, N], the cost, 0 where there is no mass.
      score: [P, B, N], ∂_θ log p(x; θ), 0 where there is no mass. P comes first: what is multiplied by f [B, N] then
        lies next to what it is multiplied by, which is several times faster.
      f_slope: [P, B, N], ∂_θ f(x; θ) at fixed x, 0 where there is no mass; None unless the cost depends on θ.
      problem: In float64.
      theta: [B, P].
    """

    x: tf.Tensor
    mass: tf.Tensor
    f: tf.Tensor
    score: tf.Tensor
    f_slope: tf.Tensor | None
    problem: Problem
    theta: tf.Tensor

    def mean(self, values: tf.Tensor) -> tf.Tensor:
        """E of `values` [B, N] or [P, B, N] → [B] or [P, B]; NaN where the sum has no limit."""
        return total(self.problem, self.mass, tf.math.multiply_no_nan(values, self.mass))

    def with_slope(self, term: tf.Tensor) -> tf.Tensor:
        """`term` + ∂_θ f, [P, B, N]."""
        return term if self.f_slope is None else term + self.f_slope


def total(problem: Problem, mass: tf.Tensor, products: tf.Tensor) -> tf.Tensor:
    """Σ `products` [..., B, N] over the points → [..., B]; NaN where the outermost with any mass [B, N] still counts.

    A density like |x|^−(1 + m) has no moments from the m-th on, but a sum over points is always some number.
    """
    found = tf.reduce_sum(products, axis=-1)
    # Known before anything runs: most problems pay nothing for it.
    if not problem.may_diverge:
        return found
    alive = tf.cast(mass > 0.0, tf.int32)
    last = tf.shape(mass)[1] - 1 - tf.argmax(alive[:, ::-1], axis=1, output_type=tf.int32)
    # The first atom of a support is no tail.
    ends = [last] if problem.family.discrete else [tf.argmax(alive, axis=1, output_type=tf.int32), last]
    size = tf.reduce_sum(tf.abs(products), axis=-1)
    for end in ends:
        index = tf.broadcast_to(end, tf.shape(found))[..., tf.newaxis]
        outermost = tf.gather(products, index, batch_dims=found.shape.rank)[..., 0]
        decayed = tf.math.is_finite(size) & (tf.abs(outermost) <= UNDECAYED * size)
        found = tf.where(decayed, found, tf.constant(math.nan, found.dtype))
    return found


def in_double(problem: Problem) -> Problem:
    values = {name: quadrature.double(value) for name, value in problem.cost_values.items()}
    return dataclasses.replace(problem, cost_values=values)


def _atoms(problem: Problem, theta: tf.Tensor) -> tf.Tensor:
    """The support's points [N] that matter for any θ of the batch."""
    family = problem.family
    assert family.atoms is not None
    if family.finite:
        sizes = zip(family.parameters, problem.sizes, strict=True)
        return tf.constant(family.atoms({p.name: np.zeros(n) if p.lengths else 0.0 for p, n in sizes}), tf.float64)
    # Infinite supports are 0, 1, 2, …: double their number until the mass function has fallen for every θ.
    distribution = problem.distribution(problem.unpack(theta))

    def goes_on(count: tf.Tensor) -> tf.Tensor:
        last, before = distribution.log_prob(count), distribution.log_prob(count - 1.0)
        unfinished = tf.reduce_any((last > SMALLEST_LOG_MASS) | (last > before))
        return unfinished & (count < MOST_ATOMS)

    first = tf.constant(64.0, tf.float64)
    (count,) = tf.while_loop(goes_on, lambda count: (2.0 * count,), (first,), parallel_iterations=1)
    return tf.range(count)


def copies(problem: Problem, theta: tf.Tensor, count: tf.Tensor) -> dict[str, tf.Tensor]:
    """θ [B, P] once for each of `count` nodes, so that a gradient is each node's own: [B, N], vectors [B, N, n]."""
    parameters = problem.unpack(theta)
    return {name: tf.repeat(value[:, tf.newaxis], count, axis=1) for name, value in parameters.items()}


def points(problem: Problem, theta: tf.Tensor, order: int) -> tuple[tf.Tensor, tf.Tensor]:
    """Where to evaluate [B, N], and each point's weight apart from the density [B, N]."""
    family = problem.family
    if family.discrete:
        atoms = _atoms(problem, theta)
        x = tf.broadcast_to(atoms, [tf.shape(theta)[0], tf.shape(atoms)[0]])
        return x, tf.ones_like(x)
    parameters = problem.unpack(theta)
    lower, upper = family.support(parameters)
    assert family.centers is not None
    ends = [end if isinstance(end, float) else side * math.inf for end, side in ((lower, -1.0), (upper, 1.0))]
    kinks = list(problem.cost.kinks(problem.cost_values, *ends))
    if problem.cost.depends_on_parameters:  # The target's own density may have a kink, where its mean is.
        mean = tf.reshape(family.target(parameters).mean(), [-1])[0]
        kinks.append(tf.where(tf.math.is_finite(mean), mean, tf.zeros_like(mean)))  # a Cauchy has none
    if len(kinks) > 8:  # Many short intervals need fewer nodes each.
        order //= 4
    x, weight = quadrature.rule(lower, upper, family.centers(parameters), kinks, order)
    return tf.stop_gradient(x), tf.stop_gradient(weight)


def measure(log_prob: tf.Tensor, f: tf.Tensor, weight: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """(mass, f), both 0 where the density underflows, whatever the cost is there."""
    density = tf.exp(log_prob)
    alive = (density > 0.0) & tf.math.is_finite(density)
    return tf.where(alive, density * weight, tf.zeros_like(density)), tf.where(alive, f, tf.zeros_like(f))


def nodes_of(problem: Problem, theta: tf.Tensor, order: int = quadrature.ORDER) -> Nodes:
    """The measure, the cost and the score as weighted points.

    Args:
      problem: Of a family over numbers; its cost's numbers may be tensors.
      theta: [B, P], float64.
      order: Gauss–Legendre nodes an interval, for a continuous family.
    """
    assert not problem.family.vector, "no line holds vectors: see `playground.vectors`"
    problem, theta = in_double(problem), tf.cast(theta, tf.float64)
    x, weight = points(problem, theta, order)
    own = copies(problem, theta, tf.shape(x)[1])
    depends = problem.cost.depends_on_parameters
    with tf.GradientTape(persistent=depends) as tape:
        tape.watch(own)
        log_prob = problem.distribution(own).log_prob(x)
        f_everywhere = problem.f(x, own)
    mass, f = measure(log_prob, f_everywhere, weight)

    def slope_of(value: tf.Tensor) -> tf.Tensor:
        slope = problem.by_element(tape.gradient(value, own, unconnected_gradients="zero"))
        return tf.where(mass > 0.0, slope, tf.zeros_like(slope))

    return Nodes(x, mass, f, slope_of(log_prob), slope_of(f_everywhere) if depends else None, problem, theta)
