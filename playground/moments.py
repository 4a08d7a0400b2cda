"""Exact variances of estimates, from the weighted points of `playground.exact`.

All take `Nodes` and return [B, P]. Divide a one-sample variance by K for the mean of K independent terms.
"""

import tensorflow as tf

from playground import quadrature
from playground.nodes import Nodes, copies

EMPTY = 1e-200  # A density below which no mass is left, and by which nothing can be divided.


def optimal_baseline(nodes: Nodes) -> tf.Tensor:
    """b* = E[(f s + ∂f) s] / E[s²] for each parameter (Greensmith et al. 2004)."""
    term = nodes.with_slope(nodes.f * nodes.score)
    return tf.transpose(tf.math.divide_no_nan(nodes.mean(term * nodes.score), nodes.mean(nodes.score**2)))


def score_function_variance(nodes: Nodes, baseline: tf.Tensor | float = 0.0) -> tf.Tensor:
    """Var[(f − b) s + ∂f] of one sample, for a constant baseline: a number, or [B, P]."""
    shift = quadrature.double(baseline)
    shift = tf.transpose(shift)[..., tf.newaxis] if shift.shape.rank == 2 else shift
    return variance(nodes, nodes.with_slope((nodes.f - shift) * nodes.score))


def optimal_baseline_variance(nodes: Nodes) -> tf.Tensor:
    """The same with `optimal_baseline`: the least that a constant baseline can reach if f does not depend on θ."""
    return score_function_variance(nodes, optimal_baseline(nodes))


def leave_one_out_variance(nodes: Nodes, samples: int) -> tf.Tensor:
    """The variance of the leave-one-out score function, K ≥ 2, for a cost that does not depend on θ.

    It is the U-statistic with kernel ½ (f₁ − f₂)(s₁ − s₂) (Hoeffding 1948), with a = f − E f and s − E s for s, since
    E s is not 0 where the support moves:
    ζ₁ = ¼ (E[a² s²] − g²), ζ₂ = ½ (E[a² s²] + E[a²] E[s²]), Var = 4(K−2)/(K(K−1)) ζ₁ + 2/(K(K−1)) ζ₂.
    """
    centred = nodes.f - nodes.mean(nodes.f)[:, tf.newaxis]
    score = nodes.score - nodes.mean(nodes.score)[..., tf.newaxis]
    gradient = nodes.mean(centred * score)
    fourth = nodes.mean((centred * score) ** 2)
    product = nodes.mean(centred**2) * nodes.mean(score**2)
    first = 0.25 * (fourth - gradient**2)
    second = 0.5 * (fourth + product)
    pairs = samples * (samples - 1.0)
    return tf.transpose(4.0 * (samples - 2.0) / pairs * first + 2.0 / pairs * second)


def pathwise_variance(nodes: Nodes) -> tf.Tensor:
    """Var[f′(x) ∂x/∂θ + ∂f] of one sample, where `pathwise_terms` holds."""
    return variance(nodes, pathwise_terms(nodes))


def pathwise_terms(nodes: Nodes) -> tf.Tensor:
    """f′(x) ∂x/∂θ + ∂f [P, B, N], where the path is ∂x/∂θ = −∂_θF(x) / p(x) (`Family.pathwise_by_cdf`)."""
    # A tensor of its own: TFP remembers what x's inverse was, and this tape would not see it move.
    problem, x = nodes.problem, tf.identity(nodes.x)
    own = copies(problem, nodes.theta, tf.shape(x)[1])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([own, x])
        distribution = problem.distribution(own)
        cumulative = (problem.family.cumulative or type(distribution).cdf)(distribution, x)
        f = problem.f(x, own)
    density = distribution.prob(x)
    slope = tape.gradient(f, x, unconnected_gradients="zero")
    motion = problem.by_element(tape.gradient(cumulative, own, unconnected_gradients="zero"))
    alive = (density > EMPTY) & (nodes.mass > 0.0)
    # First the path, which is moderate: next to a singular end the slope is as large as ∂F is small.
    path = motion * tf.where(alive, 1.0 / density, tf.zeros_like(x))
    return nodes.with_slope(tf.where(alive, -slope * path, tf.zeros_like(motion)))


def variance(nodes: Nodes, term: tf.Tensor) -> tf.Tensor:
    """Var of `term` [P, B, N], of one sample."""
    return tf.transpose(nodes.mean(tf.square(term - nodes.mean(term)[..., tf.newaxis])))
