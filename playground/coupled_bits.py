"""Two bits from one uniform number, each Bernoulli, and as unlike each other as can be: what ARM and DisARM share.

b = 1[u > 1 − p] and b̃ = 1[u < p] with p = σ(φ). They differ with probability 2q, q = min(p, 1 − p), where u is within
q of 0 (then b̃ = 1) or of 1 (then b = 1).
"""

from collections.abc import Callable
from typing import NamedTuple

import tensorflow as tf

from playground import noise
from playground.estimator import Draw, Estimate, points_of, weigh
from playground.nodes import Nodes
from playground.parameter import Parameters
from playground.problem import Problem


class Bits(NamedTuple):
    """A pair, all [R, K], or [R, K, D] where all bits of a vector are drawn twice.

    Attributes:
      u: The uniform number that both come from.
      first, second: b and b̃.
      logit: φ.
    """

    u: tf.Tensor
    first: tf.Tensor
    second: tf.Tensor
    logit: tf.Tensor


def why_not(problem: Problem, draw: Draw) -> str | None:
    """Both need bits, each with one logit; they couple two draws themselves."""
    family = problem.family
    if family.class_values is None or not (family.vector or family.parameters[0].lengths is None):
        return f"{family.label} does not consist of bits: this runs for Bernoulli and its product."
    if draw.sampling != "independent":
        return f"The two bits are an antithetic pair already: pairs are drawn independently, not {draw.how}."
    return None


def estimate(
    problem: Problem, parameters: Parameters, seed: tf.Tensor, draw: Draw, weight: Callable[[Bits], tf.Tensor]
) -> Estimate:
    """(f(b) − f(b̃)) · weight, with respect to each logit, plus the mean of ∂_θ f over both draws."""
    copies = problem.broadcast(parameters, draw.shape)
    assert problem.family.class_values is not None
    with tf.GradientTape() as tape:
        tape.watch(copies)
        logits, _ = problem.family.class_values(copies)
        logit = logits[..., 1] - logits[..., 0]
        u = noise.uniform(logit, seed)
        # As logits of u: σ(φ) rounds to 1 long before φ is out of reach.
        place = tf.math.log(u) - tf.math.log1p(-u)
        bits = Bits(u, tf.cast(place > -logit, u.dtype), tf.cast(place < logit, u.dtype), logit)
        f, other = problem.f(bits.first, copies), problem.f(bits.second, copies)
    by_logit, half = weigh(f - other, weight(bits)), 0.5 * tf.ones_like(f)
    terms = tape.gradient([logit, f, other], copies, output_gradients=[by_logit, half, half])
    return Estimate(terms, points_of(bits.first, bits.second))


def variance(nodes: Nodes, samples: int, square: Callable[[tf.Tensor], tf.Tensor]) -> tf.Tensor:
    """Var [B, 1] of the mean of `samples` such terms.

    With D = f(1) − f(0) a term is D W, W = |weight| and E[W] = q (1 − q), plus the slope ∂_θ f: the mean of both where
    the bits differ, that of the likelier one where they agree.

    Args:
      nodes: The two outcomes, 0 and 1.
      samples: K.
      square: q → E[W²].
    """
    q = tf.reduce_min(nodes.mass, axis=1, keepdims=True)
    rise, slopes = nodes.f[:, 1:] - nodes.f[:, :1], nodes.with_slope(tf.zeros_like(nodes.score))[0]
    agreed = tf.where(nodes.mass[:, 1:] > 0.5, slopes[:, 1:], slopes[:, :1])
    both = tf.reduce_mean(slopes, axis=1, keepdims=True)
    mean = 2.0 * q * both + rise * q * (1.0 - q) + (1.0 - 2.0 * q) * agreed
    second = 2.0 * q * both**2 + 2.0 * both * rise * q * (1.0 - q) + rise**2 * square(q)
    return tf.maximum(second + (1.0 - 2.0 * q) * agreed**2 - mean**2, 0.0) / samples
